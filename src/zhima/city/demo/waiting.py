"""What a visitor of the tour would have to wait for: a minute at the table, an operator's decision.

Both go through the functions that time and operators use.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext

from zhima.city import chores, clock
from zhima.city.appeals import lifecycle
from zhima.city.appeals.models import Case
from zhima.city.appeals.refusals import AppealRefused
from zhima.city.demo.residents import OPERATORS
from zhima.city.doors.models import Contest
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

OPEN = (Case.State.OPENED, Case.State.ANSWERED)


def let_the_minute_go_by() -> None:
    """Close the time in which several may ask for one place, and give it by the rule."""
    last = Contest.objects.filter(decided_at=None).order_by("closes_at").last()
    if last is None:
        raise ZhimaError(gettext("Nobody has asked for a table yet."))
    rest = last.closes_at + timedelta(seconds=1) - clock.now()
    if rest > timedelta():
        clock.step(rest)
    chores.do_all()


def uphold() -> None:
    """An operator upholds the newest appeal of a resident."""
    cases = Case.objects.filter(person__is_resident_of_demo=True, state__in=OPEN)
    case = cases.order_by("opened_at").last()
    if case is None:
        raise ZhimaError(gettext("Nobody has appealed yet."))
    operator = Person.objects.get(username=OPERATORS[0].username)
    try:
        lifecycle.uphold(
            case=case, by=operator, reason=gettext("An older photo shows the same dent.")
        )
    except AppealRefused as refused:
        raise ZhimaError(refused.sentence) from refused
