"""Which columns may speak, and who was bad."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import sample

N = 240


def table(**columns: object) -> pa.Table:
    return pa.table({"x": np.arange(N) % 7, "y": np.arange(N) % 2, **columns})


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (np.arange(N) % 5, "numeric"),
        (np.arange(N) * 1.37, "numeric"),
        ([str(i % 9) for i in range(N)], "numeric"),
        (["?", "3.5"] * (N // 2), "numeric"),
        ([f"${i % 90},{i:03}.50" for i in range(N)], "numeric"),
        ([f"{i}.5 %" for i in range(N)], "numeric"),
        ([f"{i},5" for i in range(N)], sample.NUMBERS_AS_TEXT),
        ([f"1.{i:03},00 €" for i in range(N)], sample.NUMBERS_AS_TEXT),
        ([f"{i} EUR" for i in range(N)], sample.NUMBERS_AS_TEXT),
        ([f"M-{i}" for i in range(N)], "a text that hardly repeats"),
        ([True, False] * (N // 2), "categorical"),
        (["none", "yes"] * (N // 2), "categorical"),
        (["yes", None] * (N // 2), "categorical"),
        (pa.array(["u", "v"] * (N // 2)).dictionary_encode(), "categorical"),
        ([None] * N, "empty"),
        ([""] * N, "empty"),
        ([float("nan")] * N, "empty"),
        ([3] * N, "always the same value"),
        (np.random.default_rng(0).permutation(N), "an identifier"),
        ([date(2020, 1, 1 + i % 28) for i in range(N)], "a date: it will not come again"),
        ([f"2020-01-{1 + i % 28:02}" for i in range(N)], "a date: it will not come again"),
        ([f"{1 + i % 28}/01/2020" for i in range(N)], "a date: it will not come again"),
        ([f"note {i}" for i in range(N)], "a text that hardly repeats"),
        ([[1]] * N, "holds list<item: int64>"),
    ],
)
def test_columns_are_told_apart(values: object, verdict: str) -> None:
    read = sample.read(table(c=values), "y")
    assert {**read.kinds, **read.left_out}["c"] == verdict


@pytest.mark.parametrize("name", ["id", "person_id", "loanId", "ID"])
def test_identifiers_are_known_by_name(name: str) -> None:
    assert sample.read(table(**{name: np.arange(N) % 5}), "y").left_out == {name: "an identifier"}


@pytest.mark.parametrize(
    "values",
    [[0, 1], [False, True], [0.0, 1.0], ["good", "bad"], ["Fully Paid", "Charged Off"],
     ["0", "1"], ["no", "whatever"], ["sound", "default"],
     ["never lapsed", "lapsed"], ["current", "Delinquent"]],
)  # fmt: skip
def test_the_bad_one_is_recognised(values: list[object]) -> None:
    read = sample.read(pa.table({"x": np.arange(N) % 7, "y": values * (N // 2)}), "y")
    assert read.bad.tolist() == [0.0, 1.0] * (N // 2)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["left", "right"], "which one is bad"),
        ([0, 1, 2], "must hold two values"),
        ([1, 2], "which one is bad"),
        ([0, 0], "must hold two values"),
        ([0, None], "is empty in 120 rows"),
    ],
)
def test_an_unusable_target_is_refused(values: list[object], reason: str) -> None:
    with pytest.raises(ZhimaError, match=reason):
        sample.read(table(z=values * (N // len(values))), "z")


def test_tiny_and_empty_tables_are_refused() -> None:
    with pytest.raises(ZhimaError, match="only 4 rows of one kind"):
        sample.read(table().slice(0, 9), "y")
    with pytest.raises(ZhimaError, match="no rows"):
        sample.read(table().slice(0, 0), "y")
    with pytest.raises(ZhimaError, match="lacks the column z"):
        sample.read(table(), "z")
    twice = pa.table([[1.0] * N, [2.0] * N, [0, 1] * (N // 2)], names=["x", "x", "y"])
    with pytest.raises(ZhimaError, match="has the column x 2 times"):
        sample.read(twice, "y")
    with pytest.raises(ZhimaError, match="no column besides the target y"):
        sample.read(table().select(["y"]), "y")
