"""Receipts as they are stored, and which changes of one a person can see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
# A quotation mark within a text has a backslash before it: this stands at the start of a line only.
_FIRST_APART = re.compile(rf'\["(?:{"|".join(sorted(_APART))})"')
_FACTORS = tuple(factor.value for factor in Factor)
Milli = tuple[int, ...]
"""Thousandths of a point a factor, in the order of `Factor`."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a person's own evidence gave, as it stands at the head of a stored receipt."""

    points: int
    half_width: int
    text: str
    """The lines as JSON; the bracket around them is not closed."""
    factors: Milli


def printed(own: Own) -> Printed:
    """An own part that is new."""
    return Printed(own.points, own.half_width, stored(own.lines)[:-1], _factor_milli(own.lines))


def own_part(text: Any, *, points: int, half_width: int, whole: Sequence[float]) -> Printed:
    """The own part of a stored receipt, unread.

    `whole` are the points of friends and of each factor that are stored beside the receipt: what
    friends give stands among those of connections.
    """
    given = text if isinstance(text, str) else json.dumps(text)
    found = _FIRST_APART.search(given)
    mine = given[: found.start()].rstrip(", ") if found else given.rstrip().removesuffix("]")
    friends, *factors = (round(each * MILLI) for each in whole)
    factors[_FACTORS.index(Factor.CONNECTIONS)] -= friends
    return Printed(points, half_width, mine, tuple(factors))


def whole(own: Printed, friends: Sequence[Line]) -> tuple[str, list[float]]:
    """The receipt of an own part and what friends add; points of friends and of each factor."""
    text = f"{own.text},{stored(friends)[1:]}" if friends else f"{own.text}]"
    given = sum(line.points_milli for line in friends if line.item in _OF_FRIENDS)
    factors = [*own.factors]
    factors[_FACTORS.index(Factor.CONNECTIONS)] += given
    return text, [given / MILLI, *(milli / MILLI for milli in factors)]


def stored(lines: Iterable[Line]) -> str:
    """The JSON of a receipt."""
    return json.dumps(list(lines), ensure_ascii=False, separators=(",", ":"))


def read(text: Any) -> tuple[Line, ...]:
    """The lines of a stored receipt."""
    return tuple(Line(_ITEMS[item], *rest) for item, *rest in _rows(text))


def looks_the_same(before: Printed, after: Own) -> bool:
    """Whether a page would show the same points, labels and, in two digits, values."""
    if (before.points, before.half_width) != (after.points, after.half_width):
        return False
    lines = [row[2:] for row in _rows(f"{before.text}]")]
    return [_seen(*line) for line in lines] == [_seen(*line[2:]) for line in after.lines]


def factor_points(lines: Iterable[Line]) -> dict[str, float]:
    """Points a factor."""
    sums = _factor_milli(lines)
    return {factor: milli / MILLI for factor, milli in zip(_FACTORS, sums, strict=True)}


def friends_points(lines: Iterable[Line]) -> float:
    """Points that contacts give or take together."""
    return sum(line.points_milli for line in lines if line.item in _OF_FRIENDS) / MILLI


def _factor_milli(lines: Iterable[Line]) -> Milli:
    sums = dict.fromkeys(_FACTORS, 0)
    for line in lines:
        if line.factor:
            sums[line.factor] += line.points_milli
    return tuple(sums.values())


def _seen(source: str, value: str, label: str, points_milli: int) -> tuple[str, str, str, int]:
    return source, _two_digits(value), label, points_milli // SEEN_MILLI


@lru_cache(maxsize=10_000)
def _two_digits(value: str) -> str:
    try:
        return f"{float(value):.2g}"
    except ValueError:
        return value


def _rows(text: Any) -> list[Any]:
    return json.loads(text) if isinstance(text, str) else text
