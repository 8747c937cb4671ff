"""A person reads herself: no grant, no entry, and no way to ask about anybody else.

Every function takes the person whose session it is; what it gives may be shown to her alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from zhima.city import clock
from zhima.city.disclosure import stored
from zhima.city.people.models import Person
from zhima.city.scoring import policy, readings
from zhima.city.scoring.models import Event, Suspension
from zhima.engine.doors import Decision, decide_all
from zhima.engine.events.vocabulary import STRIKE
from zhima.engine.score.explain import Line


def current(person: Person) -> Any | None:
    """Her score in force; None when she has none."""
    return readings.current(person.pk)


def held(person: Person) -> Any | None:
    """The same, and it stays in force until the current transaction ends."""
    return readings.current(person.pk, hold=True)


def receipt(person: Person, seq: int | None = None) -> Any:
    """The receipt of her score in force, or of an earlier one."""
    return readings.receipt(person.pk, seq=seq)


def receipts(person: Person, seqs: Collection[int]) -> dict[int, tuple[Line, ...]]:
    """The receipts of some of her scores, by number."""
    return readings.receipts_of(person.pk, seqs)


def timeline(person: Person, since: datetime) -> Any:
    """Her scores since a moment, each with its cause."""
    return readings.timeline(person.pk, since)


def circle(person: Person) -> Any:
    """What her contacts give and take."""
    return readings.circle(person.pk)


def what_if(person: Person, change: Any) -> Any:
    """What one change would do to her score."""
    return readings.what_if(person.pk, change)


def would_move(person: Person, *events: str) -> int | None:
    """Points by which her score would move if these events were on file; None without a score.

    An event is written as for `zhima what-if --add`.
    """
    if readings.current(person.pk) is None:
        return None
    imagined = readings.what_if(person.pk, readings.Change(events=events))
    return imagined.difference if imagined else None


def doors(person: Person) -> tuple[Decision, ...]:
    """Every door of the rulebook in force as it is for her; none without a score."""
    score = readings.current(person.pk)
    if score is None:
        return ()
    rulebook = policy.in_force(clock.now()).rulebook
    decided = decide_all(rulebook, standing=stored.standing(score))
    return tuple(stored.by_hand(person, each) for each in decided)


def evidence(person: Person, *, kinds: Iterable[str] = (), limit: int = 500) -> list[Event]:
    """What was reported about her, newest first; of some kinds only, if any are named."""
    events = Event.objects.filter(person_id=person.pk)
    if kinds:
        events = events.filter(kind__in=set(kinds))
    return list(events.order_by("-occurred_at", "-seq")[:limit])


def items_among(person: Person, ids: Collection[str]) -> set[str]:
    """Those ids that are items of her own record, strikes aside."""
    mine = Event.objects.filter(person_id=person.pk, event_id__in=list(ids)).exclude(kind=STRIKE)
    return set(mine.values_list("event_id", flat=True))


def set_aside(person: Person) -> dict[str, str]:
    """Her items that do not count now: event id to `struck` or `suspended`."""
    ids = Event.objects.filter(person_id=person.pk).values("event_id")
    aside = dict.fromkeys(
        Suspension.objects.filter(event_id__in=ids, until=None).values_list("event_id", flat=True),
        "suspended",
    )
    strikes = Event.objects.filter(person_id=person.pk, kind=STRIKE)
    for context in strikes.values_list("context", flat=True):
        aside[context["struck_event_id"]] = "struck"
    return aside
