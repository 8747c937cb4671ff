"""The window table of the river restaurant: a place that there is once an hour, to be asked for.

An app that has such places of its own calls `places.ask` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import places
from zhima.city.doors.models import Wish
from zhima.city.people.models import Person

RESTAURANT = "window-table"
HOURS = (18, 19, 20)
DAYS = 2


@dataclass(frozen=True, slots=True)
class Evening:
    """One hour at the window table."""

    slot: str
    at: datetime


def evenings() -> list[Evening]:
    """The hours that can still be asked for, soonest first."""
    now = timezone.localtime(clock.now())
    starts = (
        now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=day)
        for day in range(DAYS)
        for hour in HOURS
    )
    return [Evening(f"{at:%Y-%m-%d-%H}", at) for at in starts if at > now]


def ask(*, person: Person, slot: str) -> Wish | None:
    """Ask for one of them; None for an hour that is not offered."""
    evening = next((each for each in evenings() if each.slot == slot), None)
    if evening is None:
        return None
    operator = Reader("app", RESTAURANT, _("River restaurant"))
    what = _("Window table, %(at)s") % {"at": f"{evening.at:%Y-%m-%d %H:%M}"}
    return places.ask(operator=operator, person=person, slot=slot, what=what)
