"""What somebody may do with a row of a register: each step is a form, with its own right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.appeals import deciders
from zhima.city.appeals.models import Case
from zhima.city.authority import gateway
from zhima.city.authority.models import Request
from zhima.city.console import chains, rulebooks
from zhima.city.obligations.models import Obligation
from zhima.city.oversight import overrides
from zhima.city.oversight.models import Override
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.city.scoring.models import RulebookInForce

Act = Callable[[Any, Person, dict[str, str]], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A button, or a link to the page where it is done."""

    name: str
    word: str | Promise
    link: str = ""
    asks_day: bool = False


def steps_of(row: object, person: Person) -> list[Step]:
    """The steps that are open for a row and to a person."""
    found = _STEPS.get(type(row))
    return list(found(row, person)) if found else []


def take(row: object, name: str, person: Person, typed: dict[str, str]) -> object:
    """Do a step; KeyError for one that there is not. The rooms refuse what is not allowed."""
    return _ACTS[type(row), name](row, person, typed)


def _of_rulebook(row: RulebookInForce, person: Person) -> Iterator[Step]:
    if not rulebooks.OFFICE.is_held_by(person):
        return
    state = RulebookInForce.State
    if row.state in (state.DRAFT, state.DRY_RUN):
        yield Step("dry_run", _("Dry run on everybody"))
    if rulebooks.may_approve(row, person):
        yield Step("approve", _("Approve"))
    if row.state == state.APPROVED:
        yield Step("enact", _("Put in force"), asks_day=True)
    if row.state == state.IN_FORCE:
        yield Step("retire", _("Withdraw it") if row.is_to_come else _("Retire now"))


def _of_override(row: Override, person: Person) -> Iterator[Step]:
    if overrides.OFFICE.is_held_by(person) and row.state == Override.State.ASKED:
        yield Step("agree", _("Agree"))
        yield Step("refuse", _("Refuse"))
    if overrides.OFFICE.is_held_by(person) and row.state == Override.State.IN_FORCE:
        yield Step("end", _("End now"))


def _of_case(row: Case, person: Person) -> Iterator[Step]:
    if row.is_open and deciders.OFFICE.is_held_by(person):
        yield Step("decide", _("Read and decide"), link=reverse("appeals:decide", args=[row.pk]))


def _of_request(row: Request, person: Person) -> Iterator[Step]:
    if row.is_open and gateway.OFFICE.is_held_by(person):
        yield Step("open", _("Approve or refuse"), link=reverse("authority:request", args=[row.pk]))


def _of_obligation(row: Obligation, person: Person) -> Iterator[Step]:
    cause = chains.cause_of(row)
    if cause:
        link = f"{reverse('console:chain')}?{urlencode({'cause': cause})}"
        yield Step("chain", _("What it did to others"), link=link)


def _of_person(row: Person, person: Person) -> Iterator[Step]:
    yield from _found(row.username, PERSON_REGISTERS)
    made_of = f"{reverse('console:receipt')}?{urlencode({'person': row.pk})}"
    yield Step("receipt", _("What the score is made of"), link=made_of)
    if overrides.OFFICE.is_held_by(person):
        asked = f"{reverse('console:override')}?{urlencode({'username': row.username})}"
        yield Step("override", _("Ask for an exception"), link=asked)


def _of_merchant(row: Merchant, person: Person) -> Iterator[Step]:
    yield from _found(row.name, MERCHANT_REGISTERS)


def _found(name: str, registers: Mapping[str, Promise]) -> Iterator[Step]:
    for model, word in registers.items():
        listed = f"{reverse(f'admin:{model}_changelist')}?{urlencode({'q': name})}"
        yield Step(model, word, link=listed)


def _day(typed: dict[str, str]) -> datetime:
    """The start of a day that was typed, or a minute from now for today."""
    today = timezone.localdate(clock.now())
    day = datetime.strptime(typed.get("day") or str(today), "%Y-%m-%d").date()
    if day == today:
        return clock.now() + timedelta(minutes=1)
    return datetime.combine(day, time(), timezone.get_default_timezone())


PERSON_REGISTERS = {
    "obligations_obligation": _("Agreements"),
    "appeals_case": _("All appeals"),
    "consent_grant": _("Permissions"),
    "authority_request": _("Requests of authorities"),
}
"""What the office keeps about somebody, found by the log-in name."""
MERCHANT_REGISTERS = {
    "pay_order": _("Orders"),
    "obligations_obligation": _("Agreements"),
    "pay_settlement": _("Settlements"),
}
_STEPS: dict[type, Callable[[Any, Person], Iterator[Step]]] = {
    RulebookInForce: _of_rulebook,
    Override: _of_override,
    Case: _of_case,
    Request: _of_request,
    Obligation: _of_obligation,
    Person: _of_person,
    Merchant: _of_merchant,
}
_ACTS: dict[tuple[type, str], Act] = {
    (RulebookInForce, "dry_run"): lambda row, by, _: rulebooks.dry_run(pk=row.pk, by=by),
    (RulebookInForce, "approve"): lambda row, by, _: rulebooks.approve(pk=row.pk, by=by),
    (RulebookInForce, "enact"): lambda row, by, typed: rulebooks.enact(
        pk=row.pk, by=by, since=_day(typed)
    ),
    (RulebookInForce, "retire"): lambda row, by, _: rulebooks.retire(pk=row.pk, by=by),
    (Override, "agree"): lambda row, by, _: overrides.agree(override_id=row.pk, by=by),
    (Override, "refuse"): lambda row, by, _: overrides.refuse(override_id=row.pk, by=by),
    (Override, "end"): lambda row, by, _: overrides.end(override_id=row.pk, by=by),
}
