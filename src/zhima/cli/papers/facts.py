"""What the papers say, taken from the rulebook, its card and its catalogue; nothing is retyped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhima.engine.events.kind import EventKind
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.features.declaration import ANY_KIND, Catalogue, Feature, load_catalogue
from zhima.engine.kinds import MILLI, POINTS_RANGE
from zhima.engine.rulebook.load import LoadedRulebook
from zhima.engine.rulebook.model import Rulebook
from zhima.engine.rulebook.never import barred
from zhima.engine.score.fit import Policy, load_policy


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute of the card: what it can give and take."""

    feature: str
    title: str
    factor: str
    direction: str
    least: int
    most: int
    purpose: str
    counts: bool
    """False where the rulebook does not admit its evidence."""


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One dated parameter with its reason."""

    path: str
    value: str
    since: date
    why: str
    source: str


@dataclass(frozen=True)
class Facts:
    """Everything that the papers' templates name."""

    loaded: LoadedRulebook
    policy: Policy
    catalogue: Catalogue
    measured: dict[str, float]
    """Measures of `zhima validate --json`; empty when nobody gave them."""

    @property
    def rules(self) -> Rulebook:
        """The rulebook."""
        return self.loaded.rules

    @property
    def points_range(self) -> int:
        """The width of the scale."""
        return POINTS_RANGE

    @property
    def milli(self) -> int:
        """Receipt units a point."""
        return MILLI

    @property
    def barred(self) -> dict[str, Any]:
        """What no rulebook may admit."""
        return barred()

    def attributes(self) -> list[AttributeRow]:
        """The card's attributes in its order."""
        features = {feature.id: feature for feature in self.catalogue.features}
        return [_attribute(item, features, self.policy) for item in self.policy.card.items()]

    def parameters(self) -> list[ParameterRow]:
        """Every dated parameter in force, with why and source."""
        return [
            ParameterRow(
                ".".join(map(str, path)), _short(self.rules, path), c.since, c.why, c.source
            )
            for path, c in self.loaded.citations.items()
        ]

    def features(self) -> list[Feature]:
        """The features that the card looks at."""
        used = set(self.policy.card.features())
        return [feature for feature in self.catalogue.features if feature.id in used]

    def kinds(self) -> list[EventKind]:
        """The kinds of event that those features read, and that speak of anything at all."""
        named = {kind for feature in self.features() for m in feature.measures for kind in m.kinds}
        if ANY_KIND in named:
            return list(KINDS.values())
        return [kind for kind in KINDS.values() if kind.name in named]

    def most_from_one_friend(self) -> float:
        """Points that one full tie can give or take at the least denominator, without echo."""
        friends = self.rules.friends
        return friends.weight * POINTS_RANGE / friends.capacity


def facts(name: str, *, as_of: date, measured: dict[str, float] | None = None) -> Facts:
    """The facts of a rulebook on a day; ZhimaError when it is bad."""
    policy = load_policy(name, as_of=as_of)
    loaded = policy.rulebook
    catalogue = load_catalogue(loaded.beside(loaded.rules.catalogue))
    return Facts(loaded, policy, catalogue, measured or {})


def _attribute(item: Any, features: dict[str, Feature], policy: Policy) -> AttributeRow:
    names = [axis.feature for axis in item.axes]
    first = features[names[0]]
    return AttributeRow(
        feature=" × ".join(names),
        title=" × ".join(features[name].title.en for name in names),
        factor=str(item.factor),
        direction=str(first.direction),
        least=int(min(item.cells())),
        most=int(max(item.cells())),
        purpose=str(first.purpose),
        counts=not set(names) & set(policy.unseen),
    )


def _short(rules: Rulebook, path: tuple[str | int, ...]) -> str:
    value: Any = rules
    for key in path:
        value = value[key] if isinstance(key, int) else getattr(value, key)
    if isinstance(value, tuple):
        return ", ".join(_named(each) for each in value)
    return _named(value)


def _named(value: Any) -> str:
    for name in ("id", "outcome"):
        if hasattr(value, name):
            return "; ".join(f"{part} {getattr(value, part)}" for part in _parts(value, name))
    return str(value)


def _parts(value: Any, name: str) -> Iterator[str]:
    yield name
    for part in ("start", "share", "deposit_fen"):
        if getattr(value, part, None) is not None:
            yield part
