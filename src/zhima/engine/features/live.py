"""Features of one person, now: the formulas of `moments` over a `History` in numpy."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add, mul, sub
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.events.flows import CircularFlows
from zhima.engine.features.circular import came_back
from zhima.engine.features.declaration import ANY_KIND, CALENDAR, Catalogue, Range
from zhima.engine.features.history import (
    KIND_CODES,
    Column,
    Flags,
    History,
    Integers,
    micros,
)
from zhima.engine.features.moments import (
    DAY_MICROS,
    MONTH_DAYS,
    Condition,
    Moment,
    Op,
    Selection,
    value,
)

Rows = npt.NDArray[np.intp]
Numbers = Sequence[Any]
_INT64_ROOM = 2**62


class LiveFeatures:
    """A catalogue made ready to be read off one person's history in a fraction of a millisecond.

    Make it once and call it often: the formulas are turned into closures here.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        terms = _Terms()
        self._formulas = [(f.id, value(f, terms).run) for f in catalogue.features]
        self._readers = _readers(list(terms.places))
        self._flows = catalogue.flows

    def __call__(self, history: History, *, as_of: dt.datetime) -> dict[str, int | float | None]:
        """The features by id, as the world knew the person just before `as_of`.

        The same numbers as the batch `compute`: whole numbers exactly, ratios to 1e-12 relative;
        None for what cannot be said. Raises ZhimaError for an `as_of` without a zone.
        """
        sight = _Sight.of(history, micros(as_of), self._flows)
        numbers: list[Any] = [math.nan] * sum(len(reader.places) for reader in self._readers)
        for reader in self._readers:
            reader.read(sight, numbers)
        values = ((name, run(numbers)) for name, run in self._formulas)
        return {name: None if number != number else number for name, number in values}


@dataclass(frozen=True, slots=True)
class _Term:
    """A number still to come, out of the moments; a missing one is NaN and stays NaN."""

    run: Callable[[Numbers], Any]

    def _with(self, other: Any, act: Callable[[Any, Any], Any]) -> _Term:
        run = self.run
        if isinstance(other, _Term):
            other_run = other.run
            return _Term(lambda numbers: act(run(numbers), other_run(numbers)))
        return _Term(lambda numbers: act(run(numbers), other))

    def __add__(self, other: Any) -> _Term:
        return self._with(other, add)

    def __sub__(self, other: Any) -> _Term:
        return self._with(other, sub)

    def __mul__(self, other: Any) -> _Term:
        return self._with(other, mul)

    def quotient(self, under: _Term) -> _Term:
        return self._with(under, _quotient)

    def then(self, act: Callable[[Any], Any]) -> _Term:
        run = self.run
        return _Term(lambda numbers: act(run(numbers)))


def _quotient(over: Any, under: Any) -> float:
    # NaN is the one number that differs from itself; dividing by it gives NaN anyway.
    return over / under if under else math.nan


class _Terms:
    """The `Algebra` that notes each moment's place and builds closures over the places."""

    def __init__(self) -> None:
        self.places: dict[Moment, int] = {}

    def moment(self, moment: Moment) -> _Term:
        place = self.places.setdefault(moment, len(self.places))
        return _Term(lambda numbers: numbers[place])

    def exact(self, number: _Term) -> _Term:
        return number

    def quotient(self, over: _Term, under: _Term) -> _Term:
        return over.quotient(under)

    def root(self, number: _Term) -> _Term:
        return number.then(math.sqrt)

    def magnitude(self, number: _Term) -> _Term:
        return number.then(abs)

    def whole_days(self, micros: _Term) -> _Term:
        return micros.then(lambda number: number // DAY_MICROS)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What of a history can be seen at one time."""

    history: History
    as_of_micros: int
    visible: Flags
    kinds: frozenset[int]
    """Codes of the kinds that occur, seen or not."""

    @classmethod
    def of(cls, history: History, as_of_micros: int, flows: CircularFlows | None) -> _Sight:
        seen = history.known_micros < as_of_micros
        seen &= history.struck_micros >= as_of_micros
        if flows is not None:
            seen &= ~came_back(history, seen, flows)
        return cls(history, as_of_micros, seen, frozenset(history.kinds.tolist()))

    def passes(self, condition: Condition) -> Flags:
        """Which events pass one condition, shape (n,)."""
        name, test = condition
        column = self.history.columns.get(name)
        if column is None:
            return np.zeros(len(self.visible), np.bool_)
        if test is None:
            return column.known
        if isinstance(test, Range):
            return column.known & _within(column, test)
        return column.known & np.isin(column.values, [column.codes.get(w, -1) for w in test])


def _within(column: Column, test: Range) -> Flags:
    flags = np.ones(len(column.values), np.bool_) if test.min is None else column.values >= test.min
    if test.max is not None:
        flags &= column.values <= test.max
    return flags


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads all moments of one selection: the events are picked once, windows are slices."""

    selection: Selection
    codes: frozenset[int]
    kinds: Flags | None
    places: tuple[tuple[Moment, int], ...]

    def read(self, sight: _Sight, numbers: list[Any]) -> None:
        """Put each moment of this selection in its place in `numbers`."""
        if self.kinds is not None and self.codes.isdisjoint(sight.kinds):
            # Most people have few kinds: nothing is picked to find nothing.
            for moment, place in self.places:
                numbers[place] = _of_nothing(moment)
            return
        picked = self._picked(sight)
        starts: dict[int, int] = {}
        for moment, place in self.places:
            days = moment.window_days
            if days not in starts:
                oldest = sight.as_of_micros - days * DAY_MICROS
                starts[days] = int(picked.occurred.searchsorted(oldest))
            start = starts[days]
            if moment.op is Op.COUNT:
                numbers[place] = len(picked.rows) - start
            else:
                numbers[place] = _fold(picked.since(start), moment)

    def _picked(self, sight: _Sight) -> _Events:
        chosen = sight.visible
        if self.kinds is not None:
            chosen = chosen & self.kinds[sight.history.kinds]
        for condition in self.selection.conditions:
            chosen = chosen & sight.passes(condition)
        rows = chosen.nonzero()[0]
        return _Events(sight, rows, sight.history.occurred_micros[rows])


def _readers(moments: Sequence[Moment]) -> list[_Reader]:
    grouped: dict[Selection, list[tuple[Moment, int]]] = {}
    for place, moment in enumerate(moments):
        grouped.setdefault(moment.selection, []).append((moment, place))
    return [_reader(selection, places) for selection, places in grouped.items()]


def _reader(selection: Selection, places: list[tuple[Moment, int]]) -> _Reader:
    if ANY_KIND in selection.kinds:
        return _Reader(selection, frozenset(), None, tuple(places))
    codes = frozenset(KIND_CODES[kind] for kind in selection.kinds)
    flags = np.isin(np.arange(len(KIND_CODES)), list(codes))
    return _Reader(selection, codes, flags, tuple(places))


class _Events(NamedTuple):
    """Some events of a sight in order of time."""

    sight: _Sight
    rows: Rows
    occurred: Integers

    def since(self, start: int) -> _Events:
        return _Events(self.sight, self.rows[start:], self.occurred[start:]) if start else self

    @property
    def days(self) -> Integers:
        """Minus the age in whole days, shape (n,)."""
        return -((self.sight.as_of_micros - self.occurred) // DAY_MICROS)

    def field(self, moment: Moment) -> Integers:
        """The values of the moment's field, shape (n,)."""
        assert moment.of is not None
        if moment.of in CALENDAR:
            return self.days if moment.of == "day" else -(-self.days // MONTH_DAYS)
        return self.sight.history.columns[moment.of].values[self.rows]


def _fold(events: _Events, moment: Moment) -> Any:
    return _FOLDS[moment.op](events, moment) if len(events.rows) else _of_nothing(moment)


def _of_nothing(moment: Moment) -> Any:
    return math.nan if moment.op in _EXTREMES else 0


def _dot(left: Integers, right: Integers) -> int:
    """The exact sum of products: in int64 when there is room, else in Python's integers."""
    bound = int(np.abs(left).max()) * int(np.abs(right).max()) * len(left)
    if bound < _INT64_ROOM:
        return int(left @ right)
    return sum(map(mul, left.tolist(), right.tolist()))


def _first(events: _Events, moment: Moment) -> int:
    end = int(events.occurred.searchsorted(events.occurred[0], side="right"))
    return int(events.field(moment)[:end].min())


def _last(events: _Events, moment: Moment) -> int:
    start = int(events.occurred.searchsorted(events.occurred[-1]))
    return int(events.field(moment)[start:].max())


def _streak(events: _Events, moment: Moment) -> int:
    """Events after the latest one that fails the part; of one instant, one failure fails all."""
    kept = np.logical_and.reduce([events.sight.passes(c)[events.rows] for c in moment.streak])
    broken = (~kept).nonzero()[0]
    if len(broken) == 0:
        return len(kept)
    after = events.occurred.searchsorted(events.occurred[broken[-1]], side="right")
    return len(kept) - int(after)


_EXTREMES = frozenset({Op.MIN, Op.MAX, Op.FIRST, Op.LAST, Op.YOUNGEST, Op.OLDEST})
_FOLDS: dict[Op, Callable[[_Events, Moment], int]] = {
    # All but COUNT, which needs no events.
    Op.SUM: lambda events, moment: int(events.field(moment).sum()),
    Op.SQUARES: lambda events, moment: _dot(events.field(moment), events.field(moment)),
    Op.MIN: lambda events, moment: int(events.field(moment).min()),
    Op.MAX: lambda events, moment: int(events.field(moment).max()),
    Op.FIRST: _first,
    Op.LAST: _last,
    # One person's values are few: a set is quicker than numpy's sort.
    Op.DISTINCT: lambda events, moment: len(set(events.field(moment).tolist())),
    Op.YOUNGEST: lambda events, _: events.sight.as_of_micros - int(events.occurred[-1]),
    Op.OLDEST: lambda events, _: events.sight.as_of_micros - int(events.occurred[0]),
    Op.DAYS: lambda events, _: int(events.days.sum()),
    Op.DAY_SQUARES: lambda events, _: _dot(events.days, events.days),
    Op.DAY_PRODUCTS: lambda events, moment: _dot(events.days, events.field(moment)),
    Op.STREAK: _streak,
}
