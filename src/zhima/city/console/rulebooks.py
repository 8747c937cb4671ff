"""A rulebook's way into force: drafted, dry-run, approved by two, in force from a date."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.oversight.judging import judge
from zhima.city.people.models import Person
from zhima.city.people.offices import Office
from zhima.city.refused import StepRefused
from zhima.city.scoring import policy
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.load import shipped_names

State = RulebookInForce.State
OFFICE = Office("Rulebooks", "scoring.change_rulebookinforce", is_in_console=True)


class Refusal(StrEnum):
    """Why a step is refused, in order of precedence."""

    NOT_APPOINTED = "not_appointed"
    BAD_RULEBOOK = "bad_rulebook"
    WRONG_STATE = "wrong_state"
    SAME_PERSON = "same_person"
    IN_THE_PAST = "in_the_past"


SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_APPOINTED: _("Only somebody appointed to rulebooks can do this."),
    Refusal.BAD_RULEBOOK: _("The rulebook cannot be loaded."),
    Refusal.WRONG_STATE: _("The rulebook is not at that step."),
    Refusal.SAME_PERSON: _("Two people who did not draft it have to approve."),
    Refusal.IN_THE_PAST: _("A rulebook comes into force in the future, never backwards."),
}


class RulebookRefused(StepRefused):
    """Nothing changed; `detail` is the loader's own sentence, with file and line."""

    sentences = SENTENCES


def draft(*, name: str, by: Person) -> RulebookInForce:
    """Propose a rulebook: a shipped name, or a file in the data folder's `rulebooks`."""
    _require_appointed(by)
    try:
        name = _found(name)
        policy.of_day(name, timezone.localdate(clock.now()))
    except ZhimaError as error:
        raise RulebookRefused(Refusal.BAD_RULEBOOK, str(error)) from error
    return RulebookInForce.objects.create(name=name, drafted_by=by.pk, drafted_at=clock.now())


def may_approve(row: RulebookInForce, by: Person) -> bool:
    """Whether somebody's approval would count now: two approve, and neither drafted it."""
    told = {row.drafted_by, row.first_approved_by}
    return row.state == State.DRY_RUN and by.pk not in told and OFFICE.is_held_by(by)


def dry_run(*, pk: int, by: Person) -> RulebookInForce:
    """Judge everybody under the draft beside what is in force; nobody is touched."""
    _require_appointed(by)
    row = _at(RulebookInForce.objects.filter(pk=pk).first(), State.DRAFT, State.DRY_RUN)
    now = clock.now()
    try:
        judged = judge(policy.name_in_force(now), row.name, at=now)
    except ZhimaError as error:
        raise RulebookRefused(Refusal.BAD_RULEBOOK, str(error)) from error
    row.dry_run, row.state = judged.as_record(), State.DRY_RUN
    row.save(update_fields=["dry_run", "state"])
    return row


@transaction.atomic
def approve(*, pk: int, by: Person) -> RulebookInForce:
    """Approve what the dry run showed; the second approval is by somebody else."""
    _require_appointed(by)
    row = _at(RulebookInForce.objects.select_for_update().filter(pk=pk).first(), State.DRY_RUN)
    if by.pk in {row.drafted_by, row.first_approved_by}:
        raise RulebookRefused(Refusal.SAME_PERSON)
    if row.first_approved_by is None:
        row.first_approved_by = by.pk
    else:
        row.second_approved_by, row.state = by.pk, State.APPROVED
    row.save(update_fields=["first_approved_by", "second_approved_by", "state"])
    return row


@transaction.atomic
def enact(*, pk: int, by: Person, since: datetime) -> RulebookInForce:
    """Let an approved rulebook be in force from a moment that is still to come."""
    _require_appointed(by)
    row = _at(RulebookInForce.objects.select_for_update().filter(pk=pk).first(), State.APPROVED)
    if since < clock.now():
        raise RulebookRefused(Refusal.IN_THE_PAST)
    earlier = RulebookInForce.objects.filter(state=State.IN_FORCE, until=None)
    earlier.exclude(pk=row.pk).update(until=since)
    row.state, row.since = State.IN_FORCE, since
    row.save(update_fields=["state", "since"])
    return row


@transaction.atomic
def retire(*, pk: int, by: Person) -> RulebookInForce:
    """End a rulebook now; the default takes its place, and the scorer looks at everybody.

    One that is still to come is withdrawn: what it would have ended goes on.
    """
    _require_appointed(by)
    row = _at(RulebookInForce.objects.select_for_update().filter(pk=pk).first(), State.IN_FORCE)
    if row.is_to_come:
        RulebookInForce.objects.filter(state=State.IN_FORCE, until=row.since).update(until=None)
    row.state, row.until = State.RETIRED, clock.now()
    row.save(update_fields=["state", "until"])
    return row


def retire_old() -> int:
    """Rulebooks whose end has come are retired; how many. A chore: they stopped by themselves."""
    over = RulebookInForce.objects.filter(state=State.IN_FORCE, until__lte=clock.now())
    return over.update(state=State.RETIRED)


def folder() -> Path:
    """Where the city's own rulebooks lie."""
    return (Path(settings.HOME) / "rulebooks").resolve()


def _found(name: str) -> str:
    """A shipped name, or the path of a file that lies where rulebooks may lie and nowhere else."""
    if name in shipped_names():
        return name
    path = (folder() / name).resolve()
    if not (path.is_relative_to(folder()) and path.is_file()):
        raise ZhimaError(
            f"there is no rulebook {name!r}: name a shipped one or a file in {folder()}"
        )
    return str(path)


def _require_appointed(by: Person) -> None:
    RulebookRefused.unless(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)


def _at(row: RulebookInForce | None, *states: State) -> RulebookInForce:
    if row is None or row.state not in states:
        raise RulebookRefused(Refusal.WRONG_STATE)
    return row
