"""Receipts as they are stored, and which changes of one a person can see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from zhima.engine.kinds import MILLI, Factor
from zhima.engine.score.explain import Line
from zhima.engine.score.live import Own
from zhima.engine.score.receipt import Item

SEEN_MILLI = MILLI // 10
"""Pages show tenths of a point; less is no new receipt."""
_OF_FRIENDS = (Item.CONTACT, Item.MISSING_TIES)


def stored(lines: Iterable[Line]) -> str:
    """The JSON of a receipt."""
    rows = [
        [str(line.item), str(line.factor), line.source, line.value, line.label, line.points_milli]
        for line in lines
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(text: Any) -> tuple[Line, ...]:
    """The lines of a stored receipt."""
    rows = json.loads(text) if isinstance(text, str) else text
    return tuple(Line(Item(item), *rest) for item, *rest in rows)


def own_part(lines: Sequence[Line], *, points: int, half_width: int) -> Own:
    """What a person's own evidence gave, out of a whole receipt."""
    apart = (*_OF_FRIENDS, Item.ROUNDING)
    return Own(points, half_width, tuple(line for line in lines if line.item not in apart))


def looks_the_same(before: Own, after: Own) -> bool:
    """Whether a page would show the same points, labels and, in two digits, values."""
    if (before.points, before.half_width) != (after.points, after.half_width):
        return False
    return [_seen(line) for line in before.lines] == [_seen(line) for line in after.lines]


def factor_points(lines: Iterable[Line]) -> dict[Factor, float]:
    """Points a factor."""
    sums = dict.fromkeys(Factor, 0)
    for line in lines:
        if line.factor:
            sums[Factor(line.factor)] += line.points_milli
    return {factor: milli / MILLI for factor, milli in sums.items()}


def friends_points(lines: Iterable[Line]) -> float:
    """Points that contacts give or take together."""
    return sum(line.points_milli for line in lines if line.item in _OF_FRIENDS) / MILLI


def _seen(line: Line) -> tuple[str, str, str, int]:
    return line.source, _two_digits(line.value), line.label, line.points_milli // SEEN_MILLI


def _two_digits(value: str) -> str:
    try:
        return f"{float(value):.2g}"
    except ValueError:
        return value
