"""The life of a case: opened, discussed, decided by somebody new. Each step says who and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction

from zhima.city import clock
from zhima.city.appeals import agreements, correction, deciders
from zhima.city.appeals.exhibits import Paper, media_type
from zhima.city.appeals.models import Case, Exhibit, Move, Statement
from zhima.city.appeals.refusals import AppealRefused, Refusal
from zhima.city.appeals.subjects import Subject
from zhima.city.disclosure.reading import log_refused_appeal
from zhima.city.live.signals import announce
from zhima.city.people.models import Person
from zhima.city.scoring import evidence, policy

State = Case.State
MOVES: dict[str, frozenset[State]] = {
    "": frozenset({State.OPENED}),
    State.OPENED: frozenset({State.ANSWERED, State.UPHELD, State.REJECTED, State.WITHDRAWN}),
    State.ANSWERED: frozenset({State.UPHELD, State.REJECTED, State.WITHDRAWN}),
    State.UPHELD: frozenset(),
    State.REJECTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""From each state to those that may follow; a decided case stays decided."""
MOST_OPEN = 20
"""Open cases a person can have: enough for anybody, too few to jam the deciders."""


@transaction.atomic
def open_case(*, person: Person, subject: Subject, text: str, papers: Sequence[Paper] = ()) -> Case:
    """Contest what is on the person's record; AppealRefused when it cannot be."""
    now, rules = clock.now(), policy.in_force(clock.now()).rulebook
    if subject.is_struck:
        raise AppealRefused(Refusal.ALREADY_STRUCK)
    if subject.known_at < now - timedelta(days=rules.rules.appeals.open_for_days):
        raise AppealRefused(Refusal.TOO_LATE)
    if Case.objects.filter(person=person, state__in=(State.OPENED, State.ANSWERED)).count() >= (
        MOST_OPEN
    ):
        raise AppealRefused(Refusal.TOO_MANY_OPEN)
    set_aside = subject.is_item and rules.rules.appeals.set_aside_meanwhile
    case = Case(
        person=person,
        about=subject.about,
        subject=subject.subject,
        kind=subject.kind,
        happened_at=subject.happened_at,
        made_by=subject.made_by,
        first_decider=subject.first_decider,
        rulebook=rules.name,
        is_set_aside=set_aside,
        opened_at=now,
        due_at=now + timedelta(days=rules.rules.appeals.decide_within_days),
    )
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise AppealRefused(Refusal.ALREADY_OPEN) from error
    _say(case, person, text, now)
    for paper in papers:
        show(case=case, by=person, paper=paper)
    _record(case, by=person, before="", reason=text, now=now)
    if set_aside:
        evidence.suspend(subject.subject)
    agreements.wait(case)
    return case


def case_of(*, person: Person, case_id: UUID) -> Case:
    """A case the person may see: her own, or any when she decides appeals."""
    case = Case.objects.filter(pk=case_id).select_related("person").first()
    if case is None:
        raise AppealRefused(Refusal.CASE_UNKNOWN)
    if case.person_id != person.pk and not deciders.OFFICE.is_held_by(person):
        log_refused_appeal(by=person, owner=case.person)
        raise AppealRefused(Refusal.CASE_UNKNOWN)
    return case


@transaction.atomic
def say(*, case: Case, by: Person, text: str) -> Statement:
    """Add a statement to an open case."""
    return _say(_locked(case), by, text, clock.now())


@transaction.atomic
def show(*, case: Case, by: Person, paper: Paper) -> Exhibit:
    """Add a paper or a picture to an open case."""
    known = media_type(paper)
    return Exhibit.objects.create(
        case=_locked(case),
        by=by,
        at=clock.now(),
        name=paper.name[:120],
        media_type=known,
        sha256=sha256(paper.content).hexdigest(),
        content=paper.content,
    )


@transaction.atomic
def answer(*, case: Case, by: Person, text: str) -> Case:
    """What the side that made the item or decision says to it."""
    held = _locked(case)
    if not deciders.may_answer(by, held):
        raise AppealRefused(Refusal.CASE_UNKNOWN)
    _say(held, by, text, clock.now())
    if held.state == State.OPENED:
        _move(held, State.ANSWERED, by=by, reason=text)
    return held


@transaction.atomic
def withdraw(*, case: Case, by: Person) -> Case:
    """The person takes the case back; the item counts again."""
    held = _locked(case)
    if held.person_id != by.pk:
        raise AppealRefused(Refusal.CASE_UNKNOWN)
    _move(held, State.WITHDRAWN, by=by, reason="")
    agreements.go_on(held, "withdrawn")
    _end_setting_aside(held)
    return held


@transaction.atomic
def uphold(*, case: Case, by: Person, reason: str) -> Case:
    """The person was right: the item is struck, and everybody it touched is put right and told."""
    held = _decide(case, State.UPHELD, by, reason)
    correction.correct(held, why=reason)
    return held


@transaction.atomic
def reject(*, case: Case, by: Person, reason: str) -> Case:
    """The item or decision stands, for a reason that the person is given."""
    held = _decide(case, State.REJECTED, by, reason)
    agreements.go_on(held, reason)
    _end_setting_aside(held)
    return held


def _decide(case: Case, verdict: State, by: Person, reason: str) -> Case:
    held = _locked(case)
    deciders.require_impartial(by, held)
    _say(held, by, reason, clock.now())
    _move(held, verdict, by=by, reason=reason)
    return held


def _locked(case: Case) -> Case:
    held = Case.objects.select_for_update().get(pk=case.pk)
    if not held.is_open:
        raise AppealRefused(Refusal.CASE_DECIDED)
    return held


def _say(case: Case, by: Person, text: str, now: datetime) -> Statement:
    if not text.strip():
        raise AppealRefused(Refusal.TEXT_MISSING)
    return Statement.objects.create(case=case, by=by, at=now, text=text.strip()[:4000])


def _move(case: Case, after: State, *, by: Person, reason: str) -> None:
    if after not in MOVES[case.state]:
        raise ValueError(f"a case that is {case.state} cannot become {after}")
    before, case.state = case.state, after
    case.save(update_fields=["state"])
    _record(case, by=by, before=before, reason=reason, now=clock.now())


def _record(case: Case, *, by: Person, before: str, reason: str, now: datetime) -> None:
    Move.objects.create(
        case=case, at=now, by=by, before=before, after=case.state, reason=reason.strip()
    )
    announce([case.person_id], "appeals")


def _end_setting_aside(case: Case) -> None:
    if case.is_set_aside:
        evidence.unsuspend(case.subject)
        case.is_set_aside = False
        case.save(update_fields=["is_set_aside"])
