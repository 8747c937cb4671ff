"""The catalogue of what counts as wrong: each breach with its rule, its version and who set it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhima.city.language import told
from zhima.city.score.evidence import kinds_of
from zhima.engine.score.fit import Policy
from zhima.engine.scorecard.card import Item, NumericAttribute


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the rulebook calls wrong."""

    kind: str
    title: str
    author: str
    remedy: str
    costs: tuple[tuple[str, int], ...]
    """Lines of the receipt that look at it, and the most points that each can lose by it."""
    gives_back: int
    """How many of these points come back when it is made good; 0 where only time helps."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of them, and the document they stand in."""

    entries: tuple[Entry, ...]
    rulebook: str
    title: str
    as_of: date
    lapse_days: int


def catalogue(policy: Policy) -> Catalogue:
    """The breaches of the rulebook in force."""
    rules = policy.rulebook.rules
    entries = tuple(
        Entry(
            breach.kind,
            told(breach.title),
            breach.author,
            told(breach.remedy),
            tuple(_costs(breach.kind, policy)),
            _given_back(breach.repaired_by, policy),
        )
        for breach in rules.breaches
    )
    return Catalogue(
        entries,
        policy.rulebook.name,
        told(rules.title),
        rules.as_of,
        rules.evidence.adverse_lapse_days,
    )


def _costs(kind: str, policy: Policy) -> Iterator[tuple[str, int]]:
    looking = {feature.id: feature for feature in policy.catalogue.features}
    for item in policy.card.items():
        feature = looking.get(item.name)
        if feature is not None and kind in kinds_of(feature):
            yield told(feature.title), _span(item)


def _given_back(repaired_by: str | None, policy: Policy) -> int:
    """Points of the lines that look at the repair: all of them when everything is made good."""
    looking = {feature.id: feature for feature in policy.catalogue.features}
    return sum(
        item.points[-1] - item.points[0]
        for item in policy.card.items()
        if isinstance(item, NumericAttribute)
        and item.name in looking
        and repaired_by in kinds_of(looking[item.name])
    )


def _span(item: Item) -> int:
    """What the item gives at its best less what it gives at its worst."""
    cells = item.points if isinstance(item, NumericAttribute) else item.cells()
    return max(cells) - min(cells)
