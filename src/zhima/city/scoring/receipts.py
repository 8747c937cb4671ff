"""Receipts as they are stored, and which changes of one a person can see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from zhima.engine.kinds import MILLI, Factor
from zhima.engine.score.explain import Line
from zhima.engine.score.live import Own
from zhima.engine.score.receipt import Item

SEEN_MILLI = MILLI // 10
"""Pages show tenths of a point; less is no new receipt."""
_OF_FRIENDS = (Item.CONTACT, Item.MISSING_TIES)
_ITEMS = {item.value: item for item in Item}
_APART = {item.value for item in (*_OF_FRIENDS, Item.ROUNDING)}


def stored(lines: Iterable[Line]) -> str:
    """The JSON of a receipt."""
    # Items and factors are texts to JSON; asking each for its value would cost as much as the rest.
    rows = [
        (line.item, line.factor, line.source, line.value, line.label, line.points_milli)
        for line in lines
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(text: Any) -> tuple[Line, ...]:
    """The lines of a stored receipt."""
    return tuple(Line(_ITEMS[item], *rest) for item, *rest in _rows(text))


def own_part(text: Any, *, points: int, half_width: int) -> Own:
    """What a person's own evidence gave, out of a whole stored receipt."""
    mine = [Line(_ITEMS[row[0]], *row[1:]) for row in _rows(text) if row[0] not in _APART]
    return Own(points, half_width, tuple(mine))


def looks_the_same(before: Own, after: Own) -> bool:
    """Whether a page would show the same points, labels and, in two digits, values."""
    if (before.points, before.half_width) != (after.points, after.half_width):
        return False
    return [_seen(line) for line in before.lines] == [_seen(line) for line in after.lines]


def factor_points(lines: Iterable[Line]) -> dict[str, float]:
    """Points a factor."""
    sums = dict.fromkeys((factor.value for factor in Factor), 0)
    for line in lines:
        if line.factor:
            sums[line.factor] += line.points_milli
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


def _rows(text: Any) -> list[Any]:
    return json.loads(text) if isinstance(text, str) else text
