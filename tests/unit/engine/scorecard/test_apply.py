"""A card applied to what the world sends."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.scorecard.apply import apply, apply_one, explain_one
from zhima.engine.scorecard.card import Card, CategoricalAttribute, NumericAttribute

CARD = Card(
    name="tools",
    target="late",
    base_points=100,
    attributes=(
        NumericAttribute(
            feature="age", factor=Factor.IDENTITY, edges=(12, 24), points=(1, 2, 3),
            special={99: -9}, missing=-1,
        ),
        CategoricalAttribute(
            feature="kind", points={"saw": 10, "2": 20, "true": 30}, other=-10, missing=-20
        ),
    ),
)  # fmt: skip


def totals(**columns: object) -> list[int]:
    return apply(CARD, columns).total.tolist()


def test_a_bin_holds_its_lower_edge() -> None:
    ages = np.array([11.9, 12, 23.9, 24, 99, np.nan])
    assert totals(age=ages, kind=["saw"] * 6) == [111, 112, 112, 113, 101, 109]


def test_infinity_measures_nothing() -> None:
    assert totals(age=np.array([np.inf, -np.inf]), kind=["saw"] * 2) == [109, 109]


@pytest.mark.parametrize("kinds", [[2, 3], [2.0, 3.0], ["2", "3"], np.array([2, 3], dtype="i1")])
def test_whole_numbers_are_levels(kinds: object) -> None:
    assert totals(age=[30, 30], kind=kinds) == [123, 93]


def test_truth_is_a_level() -> None:
    assert totals(age=[30, 30], kind=[True, False]) == [133, 93]


def test_numbers_written_as_text_are_read() -> None:
    assert totals(age=["30", " n/a "], kind=["saw", None]) == [113, 79]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"age": [1]}, "lacks the column kind"),
        ({"age": ["old"], "kind": ["saw"]}, "column age needs numbers"),
        ({"age": [1, 2], "kind": ["saw"]}, "differ in length"),
        ({"age": pa.array([[1]]), "kind": ["saw"]}, "column age holds list"),
    ],
)
def test_what_cannot_be_read_is_named(columns: dict[str, object], reason: str) -> None:
    with pytest.raises(ZhimaError, match=reason):
        apply(CARD, columns)


def test_many_blocks_and_threads_give_what_one_gives() -> None:
    rng = np.random.default_rng(1)
    ages = rng.integers(0, 100, 70_001)
    kinds = np.array(["saw", "other"])[rng.integers(0, 2, 70_001)]
    one = apply(CARD, {"age": ages, "kind": kinds}, threads=1)
    three = apply(CARD, {"age": ages, "kind": kinds}, threads=3)
    assert (one.total == three.total).all()
    assert len(set(one.total.tolist())) > 4


def test_an_empty_table_has_no_totals() -> None:
    assert totals(age=[], kind=[]) == []


def test_chunked_and_coded_columns_read_alike() -> None:
    table = pa.table({"age": pa.chunked_array([[30], [5]]), "kind": ["saw", "axe"]})
    coded = table.set_column(1, "kind", table["kind"].dictionary_encode())
    assert apply(CARD, coded).total.tolist() == apply(CARD, table).total.tolist() == [113, 91]


def test_a_receipt_says_what_and_why() -> None:
    lines = explain_one(CARD, {"age": 15, "kind": "saw"})
    assert lines[0] == ("age", "age", Factor.IDENTITY, "15", "12 to 24", 2)
    assert [line.label for line in explain_one(CARD, {})] == ["missing", "missing"]


def test_one_person_with_a_word_for_a_number_is_refused() -> None:
    with pytest.raises(ZhimaError, match="age needs a number, not 'old'"):
        apply_one(CARD, {"age": "old"})
