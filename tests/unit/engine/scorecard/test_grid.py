"""Cutting columns."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhima.engine.scorecard import grid, sample
from zhima.engine.scorecard.card import CategoricalAxis, NumericAxis


@pytest.mark.parametrize(
    ("low", "high", "cut"),
    [
        (0, 1, 1),
        (11.7, 12.4, 12),
        (0.123, 0.127, 0.125),
        (1499, 2603, 2000),
        (-3, -1, -2),
        (0, 1e-20, 1e-20),
        (1.2e-20, 1.9e-20, 1.5e-20),
        (0, 2**63, 4e18),
    ],
)
def test_cuts_are_round(low: float, high: float, cut: float) -> None:
    assert grid.plain_cut(low, high) == cut


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.one_of(st.tuples(FINITE, FINITE), FINITE.map(lambda low: (low, math.nextafter(low, 1e9))))
)
def test_a_cut_keeps_its_neighbours_apart(ends: tuple[float, float]) -> None:
    low, high = sorted(ends)
    if low < high:
        assert low < grid.plain_cut(low, high) <= high


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([0, 1, 5, 96, 98], (96, 98)),
        ([-9, -8, -7, 0, 40], (-9, -8, -7)),
        ([-2, -1, 0, 8], ()),
        ([20, 60, 96, 98], ()),
        ([0, 3, 999], (999,)),
        ([-9, -8], ()),
    ],
)
def test_conventional_codes_stand_apart(values: list[float], codes: tuple[float, ...]) -> None:
    assert grid.special_codes(np.array(values, dtype=float)) == codes


def cut(**columns: object) -> grid.Grid:
    size = len(next(iter(columns.values())))
    table = pa.table({**columns, "y": np.arange(size) % 2})
    return grid.cut(sample.read(table, "y"), {})


def test_few_values_get_a_cell_each() -> None:
    (axis,) = cut(x=np.arange(300) % 5).axes
    assert isinstance(axis, NumericAxis)
    assert axis.edges == (1, 2, 3, 4)


def test_a_value_that_many_share_stands_alone() -> None:
    values = np.where(np.arange(1000) % 2, 0.0, np.random.default_rng(0).normal(size=1000) + 0.001)
    found = cut(x=values)
    zeros = set(found.codes[values == 0, 0].tolist())
    assert len(zeros) == 1
    alone = np.isin(found.codes[:, 0], list(zeros))
    assert (values[alone] == 0).all()


def test_rare_levels_are_other_and_the_rest_ordered_by_risk() -> None:
    # even rows are good, odd ones bad
    levels = ["safe" if i % 2 == 0 else "risky" for i in range(100)]
    levels[:3] = ["rare"] * 3
    found = cut(u=levels)
    assert found.axes == (CategoricalAxis(feature="u", levels=("safe", "risky")),)
    assert found.codes[0, 0] == 2
