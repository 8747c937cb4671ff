"""Deciding a door by hand: asked by one, agreed to by another, signed, logged, and ending."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.disclosure import log
from zhima.city.disclosure.keys import public_key, secret_key
from zhima.city.merkle import notes
from zhima.city.merkle.reasons import LogError
from zhima.city.oversight.models import Override
from zhima.city.people.models import Person
from zhima.city.people.offices import Office
from zhima.city.refused import StepRefused
from zhima.city.scoring import policy
from zhima.engine.doors import Decision
from zhima.engine.kinds import Text
from zhima.engine.rulebook.model import Outcome

OFFICE = Office("Overrides", "oversight.change_override", is_in_console=True)
LONGEST = timedelta(days=90)
State = Override.State


class Refusal(StrEnum):
    """Why a step is refused, in order of precedence."""

    NOT_APPOINTED = "not_appointed"
    UNKNOWN = "unknown"
    PERSON_UNKNOWN = "person_unknown"
    DOOR_UNKNOWN = "door_unknown"
    REASON_MISSING = "reason_missing"
    END_MISSING = "end_missing"
    TOO_LONG = "too_long"
    DEPOSIT_MISSING = "deposit_missing"
    FOR_ONESELF = "for_oneself"
    SAME_PERSON = "same_person"
    ALREADY_DECIDED = "already_decided"
    IN_FORCE_ALREADY = "in_force_already"


SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_APPOINTED: _("Only somebody appointed to overrides can do this."),
    Refusal.UNKNOWN: _("There is no such override."),
    Refusal.PERSON_UNKNOWN: _("Nobody has this log-in name."),
    Refusal.DOOR_UNKNOWN: _("The rulebook in force has no such door."),
    Refusal.REASON_MISSING: _("Say why."),
    Refusal.END_MISSING: _("An override needs a day on which it ends."),
    Refusal.TOO_LONG: _("An override lasts 90 days at most."),
    Refusal.DEPOSIT_MISSING: _("Say how much the deposit is."),
    Refusal.FOR_ONESELF: _("Nobody decides for themselves."),
    Refusal.SAME_PERSON: _("A second person has to agree."),
    Refusal.ALREADY_DECIDED: _("This has been decided."),
    Refusal.IN_FORCE_ALREADY: _("Another override of this door is in force; end it first."),
}


class OverrideRefused(StepRefused):
    """A step was refused; nothing changed."""

    sentences = SENTENCES


_require = OverrideRefused.unless


@transaction.atomic
def ask(
    *,
    by: Person,
    username: str,
    door_id: str,
    outcome: Outcome,
    reason: str,
    until: datetime | None,
    deposit_fen: int | None = None,
) -> Override:
    """Ask for a decision by hand; it does nothing before somebody else agrees."""
    now = clock.now()
    _require(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)
    person = Person.objects.filter(username__iexact=username).first()
    _require(person is not None, Refusal.PERSON_UNKNOWN)
    doors = policy.in_force(now).rulebook.rules.doors
    _require(door_id in {door.id for door in doors}, Refusal.DOOR_UNKNOWN)
    _require(bool(reason.strip()), Refusal.REASON_MISSING)
    _require(until is not None and until > now, Refusal.END_MISSING)
    _require(until <= now + LONGEST, Refusal.TOO_LONG)
    _require((outcome is Outcome.DEPOSIT) == bool(deposit_fen), Refusal.DEPOSIT_MISSING)
    _require(person.pk != by.pk, Refusal.FOR_ONESELF)
    return Override.objects.create(
        person=person,
        door_id=door_id,
        outcome=outcome,
        deposit_fen=deposit_fen,
        reason=reason.strip(),
        until=until,
        asked_by=by,
        asked_at=now,
    )


@transaction.atomic
def agree(*, override_id: UUID, by: Person) -> Override:
    """The second pair of eyes: from now on it is in force, signed, and in the person's feed."""
    held = _waiting(override_id, by)
    _require(
        not Override.objects.filter(
            person=held.person_id, door_id=held.door_id, state=State.IN_FORCE
        ).exists(),
        Refusal.IN_FORCE_ALREADY,
    )
    held.state, held.decided_by, held.decided_at = State.IN_FORCE, by, clock.now()
    held.note = notes.signed(text_of(held), secret_key())
    held.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _log(held, "override.begun")
    return held


@transaction.atomic
def refuse(*, override_id: UUID, by: Person) -> Override:
    """The second one says no."""
    held = _waiting(override_id, by)
    held.state, held.decided_by, held.decided_at = State.REFUSED, by, clock.now()
    held.save(update_fields=["state", "decided_by", "decided_at"])
    return held


@transaction.atomic
def end(*, override_id: UUID, by: Person) -> Override:
    """End it before its time; one person is enough to stop an exception."""
    _require(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)
    held = Override.objects.select_for_update().filter(pk=override_id).first()
    _require(held is not None, Refusal.UNKNOWN)
    _require(held.state == State.IN_FORCE, Refusal.ALREADY_DECIDED)
    _end(held)
    return held


def end_old() -> int:
    """Overrides whose day has come; how many. A chore, for the feed: they stop by themselves."""
    over = Override.objects.filter(state=State.IN_FORCE, until__lte=clock.now())
    for held in over:
        with transaction.atomic():
            _end(held)
    return len(over)


def text_of(held: Override) -> str:
    """What the city signs."""
    said = {
        "override": str(held.pk),
        "person": str(held.person_id),
        "door": held.door_id,
        "outcome": str(held.outcome),
        "deposit_fen": held.deposit_fen,
        "reason": held.reason,
        "until": held.until.isoformat(timespec="seconds"),
        "asked_by": str(held.asked_by_id),
        "agreed_by": str(held.decided_by_id),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n"


def is_sound(held: Override) -> bool:
    """Whether an override in force is what two people agreed to and the city signed."""
    try:
        note = notes.parse(held.note)
        notes.check(note, public_key())
    except LogError:
        return False
    return note.text == text_of(held)


def by_hand(person: Person, decided: Decision) -> Decision:
    """What a door says to a person who has an override in force; what it said, to others."""
    held = Override.objects.filter(
        person=person, door_id=decided.door, state=State.IN_FORCE, until__gt=clock.now()
    ).first()
    if held is None or not is_sound(held):
        return decided
    outcome, until = Outcome(held.outcome), f"{held.until:%Y-%m-%d}"
    way = decided.other_way or Text("Ask for a decision by a person.", "请申请人工审核。")
    return replace(
        decided,
        outcome=outcome,
        rule=f"override {held.pk}",
        gap=0,
        next_start=None,
        deposit_fen=held.deposit_fen,
        reason=Text(
            f"Decided by two operators until {until}.", f"由两名工作人员决定，有效期至{until}。"
        ),
        other_way=None if outcome is Outcome.OPEN else way,
    )


def _waiting(override_id: UUID, by: Person) -> Override:
    _require(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)
    held = Override.objects.select_for_update().filter(pk=override_id).first()
    _require(held is not None, Refusal.UNKNOWN)
    _require(held.state == State.ASKED, Refusal.ALREADY_DECIDED)
    _require(held.person_id != by.pk, Refusal.FOR_ONESELF)
    _require(held.asked_by_id != by.pk, Refusal.SAME_PERSON)
    return held


def _end(held: Override) -> None:
    held.state, held.ended_at = State.ENDED, clock.now()
    held.save(update_fields=["state", "ended_at"])
    _log(held, "override.ended")


def _log(held: Override, kind: str) -> None:
    detail = {
        "person": str(held.person_id),
        "reader": {"kind": "operator", "id": str(held.asked_by_id), "name": held.asked_by.name},
        "purpose": f"door:{held.door_id}",
        "fields": [str(held.outcome)],
        "ground": f"rule:{kind} {held.pk}",
        "reason": None,
    }
    log.append(
        kind=kind,
        person_id=held.person_id,
        reader_kind="operator",
        reader=f"operator:{held.asked_by_id}",
        detail=detail,
    )
