"""The evidence behind a line of the receipt: which of a person's own items it was counted from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from zhima.city.disclosure import own
from zhima.city.people.models import Person
from zhima.city.score.contesting import appeal_of
from zhima.city.score.receipt import Entry, Printed
from zhima.city.scoring.models import Event
from zhima.city.scoring.wording import days_late, what_happened
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.features.declaration import Feature, Measure
from zhima.engine.score.fit import Policy


@dataclass(frozen=True, slots=True)
class Item:
    """One item of evidence as its person reads it."""

    event_id: str
    what: str
    at: datetime
    app: str
    purpose: str
    amount_fen: int | None
    adverse: bool
    aside: str
    """`struck` or `suspended` when it does not count; empty when it does."""
    appeal: str
    """Where it is contested."""


def item(event: Event, aside: dict[str, str]) -> Item:
    """A stored event in the reader's language."""
    kind = KINDS[event.kind]
    return Item(
        event_id=event.event_id,
        what=what_happened(event.kind, days_late(event.context)),
        at=event.occurred_at,
        app=event.app,
        purpose=event.purpose,
        amount_fen=event.amount_fen,
        adverse=kind.adverse,
        aside=aside.get(event.event_id, ""),
        appeal=appeal_of(event.event_id),
    )


def kinds_of(feature: Feature) -> set[str]:
    """The kinds of event that a feature looks at."""
    return {kind for measure in _measures(feature) for kind in measure.kinds}


def _measures(feature: Feature) -> Iterator[Measure]:
    if feature.measure is not None:
        yield feature.measure
    if feature.ratio is not None:
        yield from (feature.ratio.numerator, feature.ratio.denominator)


def behind(person: Person, feature: Feature) -> list[Item]:
    """The items of the kinds that the feature looks at, newest first."""
    aside = own.set_aside(person)
    return [item(event, aside) for event in own.evidence(person, kinds=kinds_of(feature))]


def with_evidence(receipt: Printed, person: Person, policy: Policy) -> Printed:
    """The receipt with an appeal on each fall, against the newest item that speaks for it."""
    features = {feature.id: feature for feature in policy.catalogue.features}
    parts = tuple(
        replace(part, entries=tuple(_contested(entry, person, features) for entry in part.entries))
        for part in receipt.parts
    )
    return replace(receipt, parts=parts)


def _contested(entry: Entry, person: Person, features: dict[str, Feature]) -> Entry:
    if not entry.fell or entry.source not in features:
        return entry
    items = [each for each in behind(person, features[entry.source]) if not each.aside]
    worst = next((each for each in items if each.adverse), items[0] if items else None)
    return replace(entry, appeal=worst.appeal if worst else "")
