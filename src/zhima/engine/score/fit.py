"""A rulebook, its card and its features, loaded together and refused if they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from zhima.engine.events.flows import CircularFlows
from zhima.engine.features.declaration import Catalogue, Feature, Purpose, load_catalogue
from zhima.engine.kinds import IDENTITY_LEVEL, POINTS_RANGE, Factor, ZhimaError
from zhima.engine.rulebook import LoadedRulebook, load
from zhima.engine.rulebook.model import Evidence
from zhima.engine.rulebook.never import forbidden_input
from zhima.engine.rulebook.protected import grounds, protected_grounds
from zhima.engine.scorecard import card_file
from zhima.engine.scorecard.card import Card


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that turns events into scores on one day."""

    rulebook: LoadedRulebook
    card: Card
    catalogue: Catalogue
    """The features that are computed: those of the card, the measure of evidence, and what the
    caps of ties go by."""
    unseen: tuple[str, ...]
    """Features of court lists that the rulebook does not count; they are as if missing."""


def load_policy(
    rulebook: str,
    *,
    as_of: date,
    card: Path | None = None,
    catalogue: Path | None = None,
    court_lists: bool | None = None,
) -> Policy:
    """The rulebook as of a day with its own card and catalogue, or with those given.

    `court_lists` sets the rulebook's switch otherwise than it stands, to see what it does.
    Raises ZhimaError naming the file and the first thing that does not fit.
    """
    loaded = load(rulebook, as_of=as_of)
    if court_lists is not None:
        loaded = _switched(loaded, court_lists)
    card_path, used_card = _card(loaded, card)
    whole = load_catalogue(catalogue or loaded.beside(loaded.rules.catalogue))
    features = {feature.id: feature for feature in whole.features}
    needed = (*used_card.features(), loaded.rules.thin_file.feature)
    _require(_unknown(needed, features), card_path)
    _require(_not_admitted(loaded, needed, features), card_path)
    evidence = loaded.rules.evidence
    unseen = tuple(
        name
        for name in needed
        if features[name].purpose is Purpose.COURT and not evidence.court_lists
    )
    wanted = dict.fromkeys((*needed, *_gate(loaded, features)))
    seen = tuple(features[name] for name in wanted if name not in unseen)
    lapsing = Catalogue(features=seen).under(
        purposes=evidence.purposes,
        adverse_lapse_days=evidence.adverse_lapse_days,
        flows=_circular_flows(evidence),
    )
    return Policy(loaded, used_card, lapsing, unseen)


def load_table_policy(
    rulebook: str, *, as_of: date, card: Path | None = None, catalogue: Path | None = None
) -> Policy:
    """The rulebook as of a day with a card whose columns may be in no catalogue: those of a table.

    Nobody declared what such columns are for. Those with a name that no score may use are refused,
    and so are those of the catalogue that the rulebook does not admit. ZhimaError as above.
    """
    loaded = load(rulebook, as_of=as_of)
    card_path, used_card = _card(loaded, card)
    whole = load_catalogue(catalogue or loaded.beside(loaded.rules.catalogue))
    features = {feature.id: feature for feature in whole.features}
    _require(_forbidden(used_card), card_path)
    declared = tuple(name for name in used_card.features() if name in features)
    _require(_not_admitted(loaded, declared, features), card_path)
    return Policy(loaded, used_card, whole, ())


def _card(loaded: LoadedRulebook, card: Path | None) -> tuple[Path, Card]:
    path = card or loaded.beside(loaded.rules.card)
    used = card_file.load(path)
    if card is None:
        _require(_shares_kept(loaded, used), path)
    _require(_odds_agree(loaded, used), path)
    _require(_refused(loaded, used), path)
    return path, used


def _forbidden(card: Card) -> Iterator[str]:
    for name in card.features():
        content = forbidden_input(name)
        if content:
            yield (
                f"the column {name} is forbidden, as {content} is never an input of a score; "
                f"fit the card again with --ignore '{name}'"
            )


def _refused(rulebook: LoadedRulebook, card: Card) -> Iterator[str]:
    for name in card.features():
        for ground in protected_grounds(name, card.levels(name)):
            if ground in rulebook.rules.evidence.refuses:
                yield (
                    f"the column {name} tells {grounds()[ground].title}, which {rulebook.name} "
                    f"refuses ({grounds()[ground].law}); fit the card again with --ignore '{name}'"
                )


def _gate(rulebook: LoadedRulebook, features: dict[str, Feature]) -> Iterator[str]:
    """What the caps of ties go by, where it is known and may be looked at."""
    gate = features.get(IDENTITY_LEVEL)
    rules = rulebook.rules
    if gate and len(rules.friends.tie_cap) > 1 and gate.purpose in rules.evidence.purposes:
        yield gate.id


def _switched(loaded: LoadedRulebook, court_lists: bool) -> LoadedRulebook:
    rules = loaded.rules
    evidence = rules.evidence.model_copy(update={"court_lists": court_lists})
    return replace(loaded, rules=rules.model_copy(update={"evidence": evidence}))


def _circular_flows(evidence: Evidence) -> CircularFlows | None:
    days, percent = evidence.circular_flow_days, evidence.circular_flow_percent
    return CircularFlows(days, percent) if days else None


def _require(complaints: Iterator[str], path: Path) -> None:
    for complaint in complaints:
        raise ZhimaError(f"{path} does not fit: {complaint}")


def _shares_kept(rulebook: LoadedRulebook, card: Card) -> Iterator[str]:
    """Each factor of an expert card can give exactly its share of the own points."""
    own_share = 1 - rulebook.rules.share(Factor.CONNECTIONS)
    for factor in Factor:
        if factor is Factor.CONNECTIONS:
            continue
        most = sum(max(item.cells()) for item in card.items() if item.factor is factor)
        promised = POINTS_RANGE * rulebook.rules.share(factor) / own_share
        if abs(most - promised) > 1:
            yield f"{factor} can give {most} points, but its share promises {promised:.0f}"


def _odds_agree(rulebook: LoadedRulebook, card: Card) -> Iterator[str]:
    odds, scale = rulebook.rules.odds, card.scale
    said = (scale.points_to_double_odds, scale.anchor_points, scale.anchor_odds)
    if said != (odds.points_to_double, odds.anchor_points, odds.anchor_odds):
        yield (
            f"its points mean other odds than those of {rulebook.name} "
            f"(points to double, anchor points, anchor odds: {said})"
        )


def _unknown(names: tuple[str, ...], features: dict[str, Feature]) -> Iterator[str]:
    for name in names:
        if name not in features:
            yield f"feature {name} is in no catalogue"


def _not_admitted(
    rulebook: LoadedRulebook, names: tuple[str, ...], features: dict[str, Feature]
) -> Iterator[str]:
    admitted = rulebook.rules.evidence.purposes
    for feature in (features[name] for name in names):
        if feature.purpose not in admitted:
            yield (
                f"feature {feature.id} is for {feature.purpose}, and {rulebook.name} "
                f"admits {', '.join(admitted)}"
            )
