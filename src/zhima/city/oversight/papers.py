"""Every score that was ever published against its own receipt and the rulebook it names."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zhima.city.scoring import policy, receipts
from zhima.city.scoring.models import Score, Standing
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR, Factor, ZhimaError
from zhima.engine.score.explain import Line, own_points, score_of

NEAR = 1e-6
"""A database may keep a fraction in its own way."""


def disagreements() -> Iterator[tuple[str, str]]:
    """Reason and score, for every row that is not what its receipt makes it."""
    widths = dict(Standing.objects.values_list("person_id", "half_width"))
    before: Score | None = None
    for row in Score.objects.order_by("person_id", "seq").iterator():
        key = f"{row.person_id} score {row.seq}"
        if before is not None and before.person_id != row.person_id:
            yield from _newest(before, widths)
            before = None
        if row.seq != (before.seq + 1 if before else 1):
            yield "score_removed", key
        for reason in _of(row):
            yield reason, key
        before = row
    if before is not None:
        yield from _newest(before, widths)


def _of(row: Score) -> Iterator[str]:
    try:
        lines = receipts.read(row.lines)
        total = score_of(lines)
    except (ZhimaError, ValueError, TypeError, KeyError):
        yield "sum_differs"
        return
    if total != row.score:
        yield "sum_differs"
    if not _adds_up(row, lines):
        yield "parts_differ"
    if (row.low, row.high) != _interval(row.score, max(row.score - row.low, row.high - row.score)):
        yield "outside_interval"
    used = policy.ready(row.as_of)
    if used.name != row.rulebook:
        yield "another_rulebook"
    elif used.policy.rulebook.rules.band(row.score).id != row.band:
        yield "another_band"


def _adds_up(row: Score, lines: tuple[Line, ...]) -> bool:
    parts = receipts.factor_points(lines)
    near = all(math.isclose(getattr(row, factor), parts[factor], abs_tol=NEAR) for factor in Factor)
    friends = receipts.friends_points(lines)
    is_own = own_points(lines) == row.own
    return near and is_own and math.isclose(row.friends_points, friends, abs_tol=NEAR)


def _interval(score: int, width: int) -> tuple[int, int]:
    """The score in its middle, cut at the ends of the scale."""
    return max(score - width, SCORE_FLOOR), min(score + width, SCORE_CEILING)


def _newest(row: Score, widths: dict[object, int]) -> Iterator[tuple[str, str]]:
    """The interval of the score in force is as wide as the evidence says."""
    width = widths.get(row.person_id)
    if width is not None and _interval(row.score, width) != (row.low, row.high):
        yield "interval_differs", f"{row.person_id} score {row.seq}"
