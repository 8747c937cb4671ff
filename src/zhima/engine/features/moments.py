"""Features as formulas over exact whole-number moments, the same for every way to compute them.

A backend only has to count, add up, take extremes and order events. What follows from those
numbers is written once here, over an `Algebra`: whole numbers stay whole until the one division
at the end, which is why batch and live agree to the last digits of a double.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from zhima.engine.features.declaration import (
    CALENDAR,
    Aggregate,
    Feature,
    Measure,
    Range,
    Test,
)

DAY_MICROS = 86_400_000_000
MONTH_DAYS = 30
"""A month is 30 days, counted back from `as_of`, so that every month weighs the same."""


class Op(StrEnum):
    """What a backend must be able to take of the selected events."""

    COUNT = "count"
    SUM = "sum"
    SQUARES = "squares"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    DISTINCT = "distinct"
    YOUNGEST = "youngest"
    OLDEST = "oldest"
    DAYS = "days"
    DAY_SQUARES = "day_squares"
    DAY_PRODUCTS = "day_products"
    STREAK = "streak"


Condition = tuple[str, Test | None]
"""A field and its test; None asks only that the field is there."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Events of some kinds that pass every condition."""

    kinds: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One exact whole number about the selected events not older than `window_days`.

    Ages are microseconds before `as_of`; day sums use minus the age in whole days, so that time
    runs forward. `of` is the field for ops that take one, `streak` the part for the streak.
    """

    op: Op
    selection: Selection
    window_days: int
    of: str | None = None
    streak: tuple[Condition, ...] = ()


class Algebra(Protocol):
    """The arithmetic a backend lends to the formulas; a missing number stays missing."""

    def moment(self, moment: Moment) -> Any:
        """The moment as a whole number; sums and counts of nothing are 0, extremes missing."""

    def exact(self, number: Any) -> Any:
        """The whole number with room for 38 digits."""

    def quotient(self, over: Any, under: Any) -> Any:
        """The double nearest to the ratio; missing when `under` is missing or 0."""

    def root(self, number: Any) -> Any:
        """The square root as a double."""

    def magnitude(self, number: Any) -> Any:
        """The absolute value."""

    def whole_days(self, micros: Any) -> Any:
        """Completed days."""


def _in_order(conditions: set[Condition]) -> tuple[Condition, ...]:
    return tuple(sorted(conditions, key=str))


@dataclass(frozen=True, slots=True)
class _Measured:
    """A measure with its retention applied, asking an algebra for its moments."""

    algebra: Algebra
    measure: Measure
    window_days: int

    def _selection(self, *more: Condition) -> Selection:
        conditions = _in_order({*self.measure.where.items(), *more})
        return Selection(tuple(sorted(set(self.measure.kinds))), conditions)

    def count(self, *more: Condition) -> Any:
        return self._ask(Op.COUNT, self._selection(*more))

    def of(self, op: Op, *more: Condition) -> Any:
        """A moment of the measured field, over the events that have it."""
        return self._ask(op, self._selection(*self._known(), *more), self.measure.of)

    def counted(self) -> Any:
        """How many events have the measured field."""
        return self.count(*self._known())

    def _known(self) -> tuple[Condition, ...]:
        field = self.measure.of
        assert field is not None
        always = field in CALENDAR or field in self.measure.where
        return () if always else ((field, None),)

    def age(self, op: Op) -> Any:
        return self._ask(op, self._selection())

    def streak(self) -> Any:
        return self._ask(Op.STREAK, self._selection(), streak=self.part())

    def part(self) -> tuple[Condition, ...]:
        return _in_order({*self.measure.part.items()})

    def _ask(
        self,
        op: Op,
        selection: Selection,
        of: str | None = None,
        streak: tuple[Condition, ...] = (),
    ) -> Any:
        return self.algebra.moment(Moment(op, selection, self.window_days, of, streak))


def _spread(m: _Measured) -> Any:
    """n * sum(v^2) - sum(v)^2: n (n - 1) times the variance, exactly."""
    exact = m.algebra.exact
    total = exact(m.of(Op.SUM))
    return exact(m.counted()) * exact(m.of(Op.SQUARES)) - total * total


def _mean(m: _Measured) -> Any:
    return m.algebra.quotient(m.of(Op.SUM), m.counted())


def _pairs(m: _Measured) -> Any:
    """n * (n - 1) as an exact number; nought for fewer than two events."""
    n = m.algebra.exact(m.counted())
    return n * (n - 1)


def _std(m: _Measured) -> Any:
    return m.algebra.quotient(m.algebra.root(_spread(m)), m.algebra.root(_pairs(m)))


def _volatility(m: _Measured) -> Any:
    root = m.algebra.root
    scale = root(_pairs(m)) * m.algebra.magnitude(m.of(Op.SUM))
    return m.algebra.quotient(root(_spread(m)) * m.counted(), scale)


def _trend(m: _Measured) -> Any:
    """Least-squares slope of the field over whole days, per month."""
    exact = m.algebra.exact
    n, days, total = exact(m.counted()), exact(m.of(Op.DAYS)), exact(m.of(Op.SUM))
    over = n * exact(m.of(Op.DAY_PRODUCTS)) - days * total
    under = n * exact(m.of(Op.DAY_SQUARES)) - days * days
    return m.algebra.quotient(over * MONTH_DAYS, under)


def _interval(m: _Measured) -> Any:
    gaps = (m.count() - 1) * DAY_MICROS
    return m.algebra.quotient(m.age(Op.OLDEST) - m.age(Op.YOUNGEST), gaps)


def _share(m: _Measured) -> Any:
    if m.measure.of is None:
        return m.algebra.quotient(m.count(*m.part()), m.count())
    return m.algebra.quotient(m.of(Op.SUM, *m.part()), m.of(Op.SUM))


def _late_share(m: _Measured) -> Any:
    late: Condition = ("days_late", Range(min=1))
    return m.algebra.quotient(m.count(late), m.count(("days_late", None)))


_FORMULAS: dict[Aggregate, Callable[[_Measured], Any]] = {
    Aggregate.COUNT: lambda m: m.count(),
    Aggregate.SUM: lambda m: m.of(Op.SUM),
    Aggregate.MEAN: _mean,
    Aggregate.MIN: lambda m: m.of(Op.MIN),
    Aggregate.MAX: lambda m: m.of(Op.MAX),
    Aggregate.FIRST: lambda m: m.of(Op.FIRST),
    Aggregate.LAST: lambda m: m.of(Op.LAST),
    Aggregate.STD: _std,
    Aggregate.VOLATILITY: _volatility,
    Aggregate.TREND: _trend,
    Aggregate.DISTINCT: lambda m: m.of(Op.DISTINCT),
    Aggregate.RECENCY: lambda m: m.algebra.whole_days(m.age(Op.YOUNGEST)),
    Aggregate.TENURE: lambda m: m.algebra.whole_days(m.age(Op.OLDEST)),
    Aggregate.INTERVAL: _interval,
    Aggregate.STREAK: lambda m: m.streak(),
    Aggregate.SHARE: _share,
    Aggregate.LATE_SHARE: _late_share,
}


def value(feature: Feature, algebra: Algebra) -> Any:
    """The value of `feature`, in whatever numbers `algebra` deals in."""
    parts = [_measured(feature, measure, algebra) for measure in feature.measures]
    return parts[0] if len(parts) == 1 else algebra.quotient(*parts)


def _measured(feature: Feature, measure: Measure, algebra: Algebra) -> Any:
    window = measure.window_days
    kept = feature.retention_days
    days = kept if window == "all" else min(window, kept)
    return _FORMULAS[measure.aggregate](_Measured(algebra, measure, days))


class _Collector:
    """Computes nothing, and notes which moments the formulas ask for."""

    def __init__(self) -> None:
        self.asked: dict[Moment, None] = {}

    def moment(self, moment: Moment) -> Any:
        self.asked[moment] = None
        return math.nan

    def exact(self, number: Any) -> Any:
        return number

    root = magnitude = whole_days = exact

    def quotient(self, over: Any, under: Any) -> Any:
        return math.nan


def moments_of(features: Iterable[Feature]) -> tuple[Moment, ...]:
    """Every moment the formulas of `features` ask for, once each, in a fixed order."""
    collector = _Collector()
    for feature in features:
        value(feature, collector)
    return tuple(collector.asked)
