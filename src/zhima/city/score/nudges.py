"""The nudge: telling somebody that a contact lowers her, only where the rulebook allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from zhima.city.score.sentences import points
from zhima.engine.kinds import MILLI
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item

LEAST_MILLI = MILLI // 10
"""Less than a tenth of a point is not worth a friend."""


def lowering(lines: Sequence[Line], policy: Policy) -> list[Line]:
    """The contacts who lower her, the most first; nobody while the rulebook keeps it to itself."""
    if not policy.rulebook.rules.friends.nudge:
        return []
    takes = [
        line for line in lines if line.item is Item.CONTACT and line.points_milli <= -LEAST_MILLI
    ]
    return sorted(takes, key=lambda line: line.points_milli)


def nudge(lines: Sequence[Line], policy: Policy, names: Mapping[str, str]) -> str:
    """The sentence; empty when there is nothing to say or the rulebook does not let it be said."""
    found = lowering(lines, policy)
    if not found:
        return ""
    return _("%(name)s lowers your score by %(points)s points.") % {
        "name": names.get(found[0].source, _("A contact")),
        "points": points(-found[0].points_milli, signed=False),
    }
