"""The one way in which an authority learns something: asked, approved by two, then answered.

The answer holds the fields in scope and no others, and stands in the person's own list of readers
from the moment it is given; a sealed one shows that something is sealed, and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from zhima.city import clock
from zhima.city.authority.models import Agency, Request
from zhima.city.authority.refusals import GatewayRefused, Refusal
from zhima.city.disclosure import authorities
from zhima.city.disclosure.readers import Basis, Reader, ReaderKind, Refused
from zhima.city.disclosure.reading import log_refused_request
from zhima.city.people.models import Person
from zhima.city.people.offices import Office

OFFICE = Office("Authority gateway", "authority.change_request")
FIELDS = ("score", "band", "interval", "factors", "events")
"""Everything that can be asked for: never contacts, never a chat, never money."""
LONGEST_PERIOD = timedelta(days=2 * 366)
LONGEST_SEAL = timedelta(days=366)
LAPSES_AFTER = timedelta(days=30)
RULE = "authority gateway"

WITHOUT_BASIS = {Refusal.NO_LEGAL_BASIS, Refusal.SEAL_WITHOUT_BASIS}
State = Request.State
_require = GatewayRefused.unless


@dataclass(frozen=True, slots=True)
class Question:
    """What an agency wants to know, as it was handed in."""

    agency_id: str
    username: str
    legal_basis: str
    reference: str
    purpose: str
    fields: tuple[str, ...]
    period_from: date
    period_to: date
    sealed_until: datetime | None = None
    seal_basis: str = ""


def ask(*, by: Person, question: Question) -> Request:
    """Enter a request; GatewayRefused for one that no law could answer.

    One without a basis is kept as refused, for the report, and stands in the person's list.
    """
    _require(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)
    agency = Agency.objects.filter(pk=question.agency_id).first()
    _require(agency is not None, Refusal.AGENCY_UNKNOWN)
    person = Person.objects.filter(username__iexact=question.username).first()
    _require(person is not None, Refusal.PERSON_UNKNOWN)
    asked = Request(
        agency=agency,
        person=person,
        legal_basis=question.legal_basis.strip(),
        reference=question.reference.strip(),
        purpose=question.purpose.strip(),
        fields=sorted(set(question.fields)),
        period_from=question.period_from,
        period_to=question.period_to,
        sealed_until=question.sealed_until,
        seal_basis=question.seal_basis.strip(),
        asked_by=by,
        asked_at=clock.now(),
    )
    try:
        _check(question, clock.now())
    except GatewayRefused as refused:
        if refused.reason in WITHOUT_BASIS:
            _keep(asked, refused.reason)
        raise
    asked.save(force_insert=True)
    return asked


@transaction.atomic
def _keep(asked: Request, reason: Refusal) -> None:
    asked.state, asked.reason, asked.ended_at = State.REFUSED, str(reason), asked.asked_at
    asked.sealed_until = None
    asked.save(force_insert=True)
    log_refused_request(
        reader=Reader(ReaderKind.AUTHORITY, asked.agency_id, asked.agency.name),
        person=asked.person,
        purpose=asked.purpose,
        fields=asked.fields,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway hands over: the fields in scope by name, or why there is nothing to give."""

    request: Request
    fields: dict[str, Any]


@transaction.atomic
def approve(*, request_id: UUID, by: Person) -> Answer | None:
    """Approve once; the second approval gives the answer, and None comes before it.

    The entry of the log is written in this transaction. Where there is nothing to give, the
    request ends refused for that reason, and the log says so too.
    """
    request = _open(request_id, by)
    _require(request.asked_by_id != by.pk, Refusal.APPROVER_ASKED)
    _require(request.first_approver_id != by.pk, Refusal.SAME_APPROVER)
    _require(request.person_id != by.pk, Refusal.APPROVER_IS_SUBJECT)
    if request.first_approver_id is None:
        request.first_approver, request.state = by, State.APPROVED
        request.save(update_fields=["first_approver", "state"])
        return None
    request.second_approver, request.ended_at = by, clock.now()
    try:
        fields = _read(request)
        request.state = State.RELEASED
    except Refused as refused:
        fields, request.state, request.reason = {}, State.REFUSED, str(refused.reason)
    request.save(update_fields=["second_approver", "state", "ended_at", "reason"])
    return Answer(request, fields)


@transaction.atomic
def refuse(*, request_id: UUID, by: Person, reason: str) -> Request:
    """Refuse with a reason; the refusal stands in the transparency report."""
    request = _open(request_id, by)
    _require(bool(reason.strip()), Refusal.REASON_MISSING)
    request.state, request.reason, request.ended_at = State.REFUSED, reason.strip(), clock.now()
    request.save(update_fields=["state", "reason", "ended_at"])
    return request


def lapse_old() -> int:
    """Requests that nobody decided in a month are over; how many."""
    old = Request.objects.filter(
        state__in=(State.ASKED, State.APPROVED), asked_at__lt=clock.now() - LAPSES_AFTER
    )
    return old.update(state=State.LAPSED, ended_at=clock.now())


def _read(request: Request) -> dict[str, Any]:
    return authorities.answer(
        reader=Reader(ReaderKind.AUTHORITY, request.agency_id, request.agency.name),
        person=request.person,
        purpose=request.purpose,
        fields=tuple(request.fields),
        since=request.period_from,
        until=request.period_to,
        basis=Basis(
            rule=request.legal_basis,
            reference=request.reference,
            approved_by=(str(request.first_approver_id), str(request.second_approver_id)),
        ),
        sealed_until=request.sealed_until,
    )


def _check(question: Question, now: datetime) -> None:
    _require(bool(question.legal_basis.strip()), Refusal.NO_LEGAL_BASIS)
    _require(bool(question.purpose.strip()), Refusal.NO_PURPOSE)
    _require(bool(question.fields), Refusal.SCOPE_EMPTY)
    _require(set(question.fields) <= set(FIELDS), Refusal.SCOPE_UNKNOWN)
    period = question.period_to - question.period_from
    _require(period >= timedelta(0), Refusal.PERIOD_EMPTY)
    _require(period <= LONGEST_PERIOD, Refusal.PERIOD_TOO_LONG)
    if question.sealed_until is not None:
        _require(bool(question.seal_basis.strip()), Refusal.SEAL_WITHOUT_BASIS)
        _require(question.sealed_until > now, Refusal.SEAL_IN_THE_PAST)
        _require(question.sealed_until <= now + LONGEST_SEAL, Refusal.SEAL_TOO_LONG)


def _open(request_id: UUID, by: Person) -> Request:
    _require(OFFICE.is_held_by(by), Refusal.NOT_APPOINTED)
    request = Request.objects.select_for_update().filter(pk=request_id).first()
    _require(request is not None, Refusal.REQUEST_UNKNOWN)
    _require(request.is_open, Refusal.ALREADY_DECIDED)
    return request
