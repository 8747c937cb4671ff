"""What would honestly help: the next better cell of the card, and what it would give.

Nothing here is advice from outside: each task is an attribute of the card in force that could still
give points, with the way that the card itself leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item
from zhima.engine.scorecard.apply import item_labels
from zhima.engine.scorecard.card import NumericAttribute

Say = Callable[[float, float], str]
"""From the value now and the edge to reach to what is to be done."""
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, and what it gives by itself, in points of the score."""

    words: str
    glyph: str
    gain: float
    comes_by_itself: bool = False


def _more(one: Promise, many: Promise) -> Say:
    def say(now: float, edge: float) -> str:
        n = max(round(edge - now), 1)
        return str(one if n == 1 else many % {"n": n})

    return say


def _below(words: Promise) -> Say:
    return lambda _now, edge: str(words % {"percent": round(edge * 100)})


def _plain(words: Promise) -> Say:
    return lambda _now, _edge: str(words)


WAYS: dict[str, tuple[str, Say]] = {
    "bills_on_time_streak": (
        "receipt-text",
        _more(_("Pay your next bill on time."), _("Pay your next %(n)d bills on time.")),
    ),
    "bills_late_share_365d": (
        "calendar-check",
        _below(_("Pay on time until fewer than %(percent)d %% of a year's bills were late.")),
    ),
    "bills_missed_365d": (
        "calendar-check",
        _plain(_("Miss no bill: a missed one stops counting after a year.")),
    ),
    "loan_late_share_all": (
        "landmark",
        _below(_("Pay instalments on time until fewer than %(percent)d %% of them were late.")),
    ),
    "items_on_time_streak": (
        "undo-2",
        _more(
            _("Borrow something and bring it back on time."),
            _("Bring the next %(n)d things you borrow back on time."),
        ),
    ),
    "items_late_share_all": (
        "undo-2",
        _below(_("Bring things back on time until fewer than %(percent)d %% came back late.")),
    ),
    "bookings_kept_share_365d": (
        "calendar-check",
        _plain(_("Come to what you book, or cancel in time.")),
    ),
    "active_months_365d": (
        "wallet",
        _more(_("Use the wallet in one more month."), _("Use the wallet in %(n)d more months.")),
    ),
    "income_months_365d": (
        "banknote",
        _more(
            _("Receive income here in one more month."),
            _("Receive income here in %(n)d more months."),
        ),
    ),
    "payments_failed_90d": (
        "wallet",
        _plain(_("Pay only what you have: a failed payment stops counting after 90 days.")),
    ),
    "spending_per_income_90d": (
        "wallet",
        _below(_("Spend less than %(percent)d %% of what comes in within 90 days.")),
    ),
    "identity_level": (
        "id-card",
        _more(
            _("Have your identity checked one level further."),
            _("Have your identity checked %(n)d levels further."),
        ),
    ),
    "account_tenure": (
        "clock",
        _more(_("Wait one more day."), _("Wait: your account is old enough in %(n)d days.")),
    ),
}
"""Ways that are a person's to go. What only time or an appeal can mend is not a task."""
BY_ITSELF = {"account_tenure"}
NOT_TO_BEGIN = {"loan_late_share_all"}
"""Nobody is told to take a loan for the sake of points."""


def tasks(lines: Sequence[Line], policy: Policy) -> list[Task]:
    """What would give most, the largest gain first."""
    by_name = {item.name: item for item in policy.card.items()}
    attributes = [
        line
        for line in lines
        if line.item is Item.ATTRIBUTE
        and line.source in WAYS
        and (line.value or line.source not in NOT_TO_BEGIN)
    ]
    weight = _own_weight(lines, policy)
    found = (
        task
        for line in attributes
        if isinstance(by_name.get(line.source), NumericAttribute)
        for task in _task(line, by_name[line.source], weight)
    )
    return sorted(found, key=lambda task: -task.gain)[:SHOWN]


def _own_weight(lines: Sequence[Line], policy: Policy) -> float:
    """How much of a point of one's own reaches the score: friends keep their share of it."""
    shares = sum(float(line.label) for line in lines if line.item is Item.CONTACT)
    return 1 - policy.rulebook.rules.friends.weight * shares


def _task(line: Line, item: NumericAttribute, weight: float) -> Iterator[Task]:
    glyph, say = WAYS[line.source]
    now = float(line.value) if line.value else 0.0
    better = _next_better(line, item)
    if better is not None:
        edge, points = better
        yield Task(say(now, edge), glyph, points * weight, line.source in BY_ITSELF)


def _next_better(line: Line, item: NumericAttribute) -> tuple[float, float] | None:
    """The nearest edge beyond which there are more points, and how many more."""
    labels = item_labels(item)[: len(item.points)]
    here = labels.index(line.label) if line.label in labels else None
    points_now = line.points_milli / 1000
    if item.direction == "increasing":
        cells = range(1 if here is None else here + 1, len(item.points))
        steps = ((item.edges[cell - 1], item.points[cell]) for cell in cells)
    else:
        last = len(item.points) - 1
        cells = range(last if here is None else here - 1, -1, -1)
        steps = ((item.edges[cell], item.points[cell]) for cell in cells if cell < len(item.edges))
    return next(((edge, more - points_now) for edge, more in steps if more > points_now), None)
