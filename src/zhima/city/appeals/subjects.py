"""What can be contested, as it stands on the person's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhima.city import clock
from zhima.city.appeals.models import Case
from zhima.city.appeals.refusals import AppealRefused, Refusal
from zhima.city.disclosure import aftermath, own
from zhima.city.disclosure.reading import log_refused_appeal
from zhima.city.people.models import Person
from zhima.city.scoring.models import Event
from zhima.engine.events.vocabulary import STRIKE


@dataclass(frozen=True, slots=True)
class Subject:
    """An item, a decision, a score or a reading."""

    about: Case.About
    subject: str
    """The event's id, the door's id, the number of the score or of the log's entry."""
    kind: str
    happened_at: datetime
    made_by: str
    first_decider: Person | None
    known_at: datetime
    is_struck: bool = False

    @property
    def is_item(self) -> bool:
        """Whether it is an event that can be struck."""
        return self.about == Case.About.ITEM


def item(person: Person, event_id: str) -> Subject:
    """An event of the person's own record; AppealRefused when it is not."""
    event = Event.objects.filter(event_id=event_id).first()
    if event is not None and event.person_id != person.pk:
        log_refused_appeal(by=person, owner=Person.objects.get(pk=event.person_id))
        raise AppealRefused(Refusal.ITEM_UNKNOWN)
    if event is None or event.kind == STRIKE:
        raise AppealRefused(Refusal.ITEM_UNKNOWN)
    return Subject(
        about=Case.About.ITEM,
        subject=event_id,
        kind=event.kind,
        happened_at=event.occurred_at,
        made_by=f"app:{event.app}",
        first_decider=None,
        known_at=event.recorded_at,
        is_struck=_is_struck(event_id),
    )


def decision(person: Person, door_id: str) -> Subject:
    """What a door says to the person now; AppealRefused for a door that there is not."""
    now = clock.now()
    decided = next((each for each in own.doors(person) if each.door == door_id), None)
    if decided is None:
        raise AppealRefused(Refusal.ITEM_UNKNOWN)
    return Subject(
        about=Case.About.DECISION,
        subject=door_id,
        kind="",
        happened_at=now,
        made_by="rulebook",
        first_decider=None,
        known_at=now,
    )


def score(person: Person) -> Subject:
    """The score in force as a whole; AppealRefused for somebody who has none."""
    current = own.current(person)
    if current is None:
        raise AppealRefused(Refusal.ITEM_UNKNOWN)
    return Subject(
        about=Case.About.SCORE,
        subject=str(current.seq),
        kind="",
        happened_at=current.as_of,
        made_by="rulebook",
        first_decider=None,
        known_at=clock.now(),
    )


def reading(person: Person, entry_id: int) -> Subject:
    """That somebody read something of the person; AppealRefused for what she cannot see."""
    entry = aftermath.reading_of(person, entry_id)
    if entry is None:
        raise AppealRefused(Refusal.ITEM_UNKNOWN)
    return Subject(
        about=Case.About.READING,
        subject=str(entry_id),
        kind=entry.purpose[:60],
        happened_at=entry.at,
        made_by=entry.reader_name[:80],
        first_decider=Person.objects.filter(pk__in=entry.approved_by[-1:]).first(),
        known_at=entry.at,
    )


def _is_struck(event_id: str) -> bool:
    strikes = Event.objects.filter(kind=STRIKE, context__struck_event_id=event_id)
    return strikes.exists()
