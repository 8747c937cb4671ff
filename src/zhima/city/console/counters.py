"""What the city is doing now, in numbers that name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.api.models import Delivery
from zhima.city.appeals.models import Case
from zhima.city.authority.models import Request
from zhima.city.disclosure.models import Entry
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import ENDED, State
from zhima.city.oversight.models import Override
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.city.scoring.models import Due, Standing
from zhima.city.wallet.books import store

OPEN = [str(state) for state in State if state not in ENDED]
CASES_OPEN = [Case.State.OPENED, Case.State.ANSWERED]
REQUESTS_OPEN = [Request.State.ASKED, Request.State.APPROVED]


class Counter(NamedTuple):
    """One number of the first page."""

    word: str | Promise
    value: str
    under: str | Promise = ""
    link: str = ""
    """Name of the register behind it."""
    query: str = ""
    """What the register is filtered by."""
    id: str = ""


def counters() -> Iterator[Counter]:
    """All of them, in the order of the page."""
    now = clock.now()
    day_ago = now - timedelta(days=1)
    yield Counter(_("People"), _count(Person.objects.filter(is_active=True)), link="people_person")
    yield Counter(_("With a score"), _count(Standing.objects))
    yield Counter(_("Merchants"), _count(Merchant.objects), link="pay_merchant")
    yield Counter(_("Entries of the ledger"), f"{_ledger_entries():,}")
    yield Counter(_("The scorer has still to look at"), _count(Due.objects), _("people and ties"))
    open_ones = Obligation.objects.filter(state__in=OPEN)
    yield Counter(
        _("Open agreements"), _count(open_ones), link="obligations_obligation", query=_in(OPEN)
    )
    for state, word in ((State.OVERDUE, _("Overdue")), (State.BREACHED, _("Broken"))):
        yield Counter(
            word,
            _count(Obligation.objects.filter(state=state)),
            link="obligations_obligation",
            query=_in([state]),
            id=str(state),
        )
    given_up = Delivery.objects.filter(state=Delivery.State.FAILED)
    retried = Delivery.objects.filter(state=Delivery.State.WAITING, attempts__gt=0)
    yield Counter(
        _("Webhooks given up"),
        _count(given_up),
        _retried(retried.count()),
        "api_delivery",
        _in([Delivery.State.FAILED]),
    )
    cases = Case.objects.filter(state__in=CASES_OPEN)
    late = cases.filter(due_at__lt=now).count()
    yield Counter(_("Open appeals"), _count(cases), _late(late), "appeals_case", _in(CASES_OPEN))
    waiting = Request.objects.filter(state__in=REQUESTS_OPEN)
    yield Counter(
        _("Requests of authorities"),
        _count(waiting),
        link="authority_request",
        query=_in(REQUESTS_OPEN),
    )
    exceptions = Override.objects.filter(state=Override.State.IN_FORCE)
    yield Counter(
        _("Exceptions in force"),
        _count(exceptions),
        link="oversight_override",
        query=_in([Override.State.IN_FORCE]),
    )
    read = Entry.objects.filter(at__gte=day_ago)
    yield Counter(_("Readings in the last day"), _count(read), _("each one logged"))


def _in(states: Iterable[str]) -> str:
    """The filter of a register that lists what a counter counted."""
    return f"?state__in={','.join(map(str, states))}"


def _count(rows: object) -> str:
    return f"{rows.count():,}"


def _retried(count: int) -> str | Promise:
    return _("%(count)s are tried again") % {"count": count} if count else ""


def _late(count: int) -> str | Promise:
    return _("%(count)s past their day") % {"count": count} if count else ""


def _ledger_entries() -> int:
    with store().reading() as reader:
        ((seq,),) = reader.rows("SELECT seq FROM ledger_head")
    return int(seq)
