"""Who gives and who takes, as a drawing 328 units wide and in a sentence.

Names appear only where the rulebook allows; with very few contacts a single line would be a name,
so their sum stands for them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhima.city.score.receipt import Entry, contact_entries
from zhima.city.score.sentences import points
from zhima.engine.kinds import MILLI
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item

CENTRE_X, CENTRE_Y, ACROSS, DOWN = 164.0, 110.0, 128.0, 84.0
ME, CONTACT = 32.0, 17.0
EDGE = 4.0
MOST_DRAWN = 12
THINNEST, THICKEST = 1.5, 7.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """One contact of the drawing and the line to the person."""

    x: float
    y: float
    from_x: float
    from_y: float
    to_x: float
    to_y: float
    width: float
    took: bool
    mark: str
    """An initial where the contact may be named, else the sign of the points."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The whole circle of one person."""

    contacts: tuple[Drawn, ...]
    entries: tuple[Entry, ...]
    """What each gives or takes, the largest first."""
    count: int
    points_milli: int
    sum_up: str

    @property
    def top(self) -> float:
        """Upper edge of the drawing."""
        return min([CENTRE_Y - ME, *(each.y - CONTACT for each in self.contacts)]) - EDGE

    @property
    def height(self) -> float:
        """Height of the drawing."""
        return max([CENTRE_Y + ME, *(each.y + CONTACT for each in self.contacts)]) + EDGE - self.top

    @property
    def amount(self) -> str:
        """All contacts together, with a sign."""
        return points(self.points_milli)


def circle(lines: Sequence[Line], policy: Policy, names: Mapping[str, str]) -> Circle:
    """The circle in a receipt; `names` are of contacts whom the rulebook lets her know."""
    contacts = [line for line in lines if line.item is Item.CONTACT]
    entries = contact_entries(contacts, policy)
    each_is_shown = len(entries) == len(contacts)
    drawn = _strongest(entries) if each_is_shown else ()
    strongest = max((abs(entry.points_milli) for entry in drawn), default=1) or 1
    return Circle(
        contacts=tuple(
            _drawn(entry, place, len(drawn), strongest, names) for place, entry in enumerate(drawn)
        ),
        entries=entries,
        count=len(contacts),
        points_milli=sum(line.points_milli for line in contacts),
        sum_up=_sum_up(contacts),
    )


def _strongest(entries: Sequence[Entry]) -> list[Entry]:
    """Those who count most, in the order of the list."""
    by_weight = sorted(range(len(entries)), key=lambda n: -abs(entries[n].points_milli))
    return [entries[n] for n in sorted(by_weight[:MOST_DRAWN])]


def _drawn(entry: Entry, place: int, count: int, strongest: int, names: Mapping[str, str]) -> Drawn:
    angle = math.radians(-90 + 360 * place / count)
    x, y = CENTRE_X + ACROSS * math.cos(angle), CENTRE_Y + DOWN * math.sin(angle)
    length = math.hypot(x - CENTRE_X, y - CENTRE_Y)
    toward_x, toward_y = (x - CENTRE_X) / length, (y - CENTRE_Y) / length
    share = abs(entry.points_milli) / strongest
    name = names.get(entry.who, "")
    return Drawn(
        x=round(x, 1),
        y=round(y, 1),
        from_x=round(x - CONTACT * toward_x, 1),
        from_y=round(y - CONTACT * toward_y, 1),
        to_x=round(CENTRE_X + ME * toward_x, 1),
        to_y=round(CENTRE_Y + ME * toward_y, 1),
        width=round(THINNEST + (THICKEST - THINNEST) * share, 1),
        took=entry.fell,
        mark=name[:1] or ("\u2212" if entry.fell else "+"),
    )


def _sum_up(contacts: Sequence[Line]) -> str:
    if not contacts:
        return _("Nobody counts towards your score: no contact of yours has one.")
    count, total = len(contacts), sum(line.points_milli for line in contacts)
    amount = points(abs(total), signed=False)
    if abs(total) * 20 < MILLI:
        one, many = _("Your contact changes nothing."), _("Your %(n)d contacts change nothing.")
    elif total > 0:
        one = _("Your contact gives you %(points)s points.")
        many = _("Your %(n)d contacts together give you %(points)s points.")
    else:
        one = _("Your contact takes %(points)s points from you.")
        many = _("Your %(n)d contacts together take %(points)s points from you.")
    return (one if count == 1 else many) % {"n": count, "points": amount}
