"""The ties table as people write it: what counts, what is set aside and under which name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhima.engine.kinds import ZhimaError
from zhima.engine.network import Ties, levels_in, pairing, read_ties
from zhima.engine.network.refusals import TermsOutOfRangeError

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
PEOPLE = ["ana", "bo", "chen", "dia"]
OLD = "2020-01-01T00:00:00Z"


def read(folder: Path, rows: str, **options: Any) -> Ties:
    path = folder / "ties.csv"
    path.write_text("person_id,contact_id,strength,since,until\n" + rows, encoding="utf-8")
    return read_ties(path, people=PEOPLE, as_of=AS_OF, **options)


def both(one: str, other: str, strength: float = 0.5, since: str = OLD, until: str = "") -> str:
    pairs = ((one, other), (other, one))
    return "".join(f"{a},{b},{strength},{since},{until}\n" for a, b in pairs)


def named(ties: Ties) -> dict[tuple[str, str], float]:
    return {
        (PEOPLE[i], PEOPLE[j]): round(float(c), 6)
        for i, j, c in zip(ties.i, ties.j, ties.strength, strict=True)
    }


def test_a_mutual_tie_counts_with_the_smaller_strength(tmp_path: Path) -> None:
    ties = read(tmp_path, f"bo,ana,0.9,{OLD},\nana,bo,0.4,{OLD},\n")
    assert named(ties) == {("ana", "bo"): 0.4}
    assert (ties.counts, ties.findings, ties.not_current) == ({}, (), 0)


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        (f"ana,zoe,0.5,{OLD},", "unknown_person", "person_id"),
        (f",ana,0.5,{OLD},", "unknown_person", "person_id"),
        (f"ana,ana,0.5,{OLD},", "self_tie", "contact_id"),
        (f"ana,bo,0,{OLD},", "strength_out_of_range", "strength"),
        (f"ana,bo,1.2,{OLD},", "strength_out_of_range", "strength"),
        (f"ana,bo,nan,{OLD},", "strength_out_of_range", "strength"),
        (f"ana,bo,inf,{OLD},", "strength_out_of_range", "strength"),
        (f"ana,bo,strong,{OLD},", "strength_out_of_range", "strength"),
        (f"ana,bo,,{OLD},", "strength_out_of_range", "strength"),
        ("ana,bo,0.5,,", "since_unusable", "since"),
        ("ana,bo,0.5,lately,", "since_unusable", "since"),
        ("ana,bo,0.5,2020-01-01T00:00:00,", "since_unusable", "since"),
        (f"ana,bo,0.5,{OLD},some day", "until_unusable", "until"),
        (f"ana,bo,0.5,{OLD},2019-01-01T00:00:00Z", "until_unusable", "until"),
    ],
)
def test_a_bad_record_is_set_aside_and_shown(
    tmp_path: Path, row: str, reason: str, column: str
) -> None:
    ties = read(tmp_path, both("bo", "chen") + row + "\n")
    assert named(ties) == {("bo", "chen"): 0.5}
    assert ties.counts == {reason: 1}
    [finding] = ties.findings
    assert (finding.row, finding.column, finding.reason) == (3, column, reason)


def test_a_tie_only_one_side_declared_does_not_count(tmp_path: Path) -> None:
    ties = read(tmp_path, both("bo", "chen") + f"ana,bo,0.5,{OLD},\n")
    assert named(ties) == {("bo", "chen"): 0.5}
    assert ties.counts == {"one_sided": 1}
    assert ties.findings[0].value == "ana and bo"


def test_repeated_declarations_count_once_with_the_weakest_and_youngest(tmp_path: Path) -> None:
    young = (AS_OF - timedelta(days=3)).isoformat()
    rows = both("ana", "bo", 0.5) + f"ana,bo,0.25,{young},\nana,bo,1,{OLD},\n"
    ties = read(tmp_path, rows, ramp_days=6)
    assert named(ties) == {("ana", "bo"): 0.125}
    assert ties.counts == {"duplicate_tie": 2}


def test_a_tie_counts_from_since_until_before_its_end(tmp_path: Path) -> None:
    now, later = AS_OF.isoformat(), (AS_OF + timedelta(seconds=1)).isoformat()
    rows = both("ana", "bo", since=now) + both("ana", "chen", since=later)
    rows += both("bo", "chen", until=now) + both("bo", "dia", until=later)
    ties = read(tmp_path, rows)
    assert set(named(ties)) == {("ana", "bo"), ("bo", "dia")}
    assert (ties.counts, ties.not_current) == ({}, 4)


def test_a_new_tie_ramps_up_with_the_age_of_its_younger_half(tmp_path: Path) -> None:
    rows = "".join(
        f"{one},{other},1,{(AS_OF - timedelta(days=days)).isoformat()},\n"
        for one, other, days in (
            *(("ana", "bo", 30), ("bo", "ana", 15)),
            *(("ana", "chen", 60), ("chen", "ana", 90)),
            *(("ana", "dia", 0), ("dia", "ana", 90)),
        )
    )
    ties = read(tmp_path, rows, ramp_days=60)
    assert named(ties) == {("ana", "bo"): 0.25, ("ana", "chen"): 1.0}
    assert ties.not_current == 1


def test_over_the_cap_the_oldest_ties_stay(tmp_path: Path) -> None:
    rows = "".join(
        both("ana", other, since=f"20{year}-01-01T00:00:00Z")
        for other, year in (("bo", 23), ("chen", 21), ("dia", 22))
    )
    ties = read(tmp_path, rows, cap=2)
    assert set(named(ties)) == {("ana", "chen"), ("ana", "dia")}
    assert ties.counts == {"over_cap": 1}
    gated = read(tmp_path, rows, cap=[9, 9, 0, 9])
    assert set(named(gated)) == {("ana", "bo"), ("ana", "dia")}
    with pytest.raises(TermsOutOfRangeError):
        read(tmp_path, rows, cap=[1, 2])


def test_findings_are_a_few_of_each_reason_and_counts_are_complete(tmp_path: Path) -> None:
    ties = read(tmp_path, f"ana,ana,0.5,{OLD},\n" * 50 + f"bo,zoe,0.5,{OLD},\n" * 30)
    assert ties.counts == {"self_tie": 50, "unknown_person": 30}
    assert [f.reason for f in ties.findings] == ["unknown_person"] * 20 + ["self_tie"] * 20


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (pa.array([1, None, 2], pa.int64()), [1.0, np.nan, 2.0]),
        (pa.array([0.0, 1.0, np.nan]), [0.0, 1.0, np.nan]),
        (pa.nulls(3), [np.nan] * 3),
        (None, [np.nan] * 3),
    ],
)
def test_levels_of_identity(levels: pa.Array | None, expected: list[float]) -> None:
    people = pa.table({"person_id": ["a", "b", "c"]})
    if levels is not None:
        people = people.append_column("identity_level", levels)
    np.testing.assert_array_equal(levels_in(people), expected)


def test_a_level_that_is_no_number_is_refused() -> None:
    with pytest.raises(ZhimaError, match="identity_level holds something that is no number"):
        levels_in(pa.table({"identity_level": ["high"]}))


def test_an_empty_table_has_no_ties(tmp_path: Path) -> None:
    assert named(read(tmp_path, "")) == {}


def parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "ties.parquet"
    since = pa.array([AS_OF - timedelta(days=9)] * 2, pa.timestamp("us", "UTC"))
    table = {"person_id": ["ana", "bo"], "contact_id": ["bo", "ana"], "strength": [0.5, 0.75]}
    pq.write_table(pa.table({**table, "since": since, **columns}), path)
    return path


def test_parquet_reads_like_csv_and_until_may_be_absent(tmp_path: Path) -> None:
    ties = read_ties(parquet(tmp_path), people=pa.array(PEOPLE), as_of=AS_OF)
    assert named(ties) == {("ana", "bo"): 0.5}


def test_a_parquet_of_wrong_types_names_the_column(tmp_path: Path) -> None:
    naive = pa.array([datetime(2020, 1, 1)] * 2, pa.timestamp("us"))
    for column, values in (("since", naive), ("person_id", [1, 2]), ("strength", ["a", "b"])):
        with pytest.raises(ZhimaError, match=f"column {column} is"):
            read_ties(parquet(tmp_path, **{column: values}), people=PEOPLE, as_of=AS_OF)


def test_a_file_that_is_no_ties_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "ties.parquet").write_bytes(b"not parquet")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "ties.txt.gz").write_text("")
    for name, why in (
        ("ties.parquet", "cannot read"),
        ("other.csv", "lacks"),
        ("ties.txt.gz", "expected"),
    ):
        with pytest.raises(ZhimaError, match=why):
            read_ties(tmp_path / name, people=PEOPLE, as_of=AS_OF)


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 8), st.integers(0, 5)),
        max_size=60,
    ),
    st.integers(1, 20),
)
def test_pairing_does_what_a_dictionary_does(
    declared: list[tuple[int, int, int, int]], partition: int
) -> None:
    declared = [row for row in declared if row[0] != row[1]]
    sides: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for person, contact, eighths, days in declared:
        sides.setdefault((person, contact), []).append((eighths, days))
    expected = {}
    for i, j in sides:
        halves = sides.get((i, j), []) + sides.get((j, i), [])
        if i < j and (j, i) in sides:
            expected[i, j] = (min(h[0] for h in halves), min(h[1] for h in halves), len(halves) - 2)
    halves = pairing.HalfTies(
        np.array([min(row[:2]) for row in declared], np.uint32),
        np.array([max(row[:2]) for row in declared], np.uint32),
        np.array([(1 if p < c else -1) * e / 8 for p, c, e, _ in declared], np.float32),
        np.array([row[3] for row in declared], np.float32),
    )
    whole = pairing.PARTITION_ROWS
    pairing.PARTITION_ROWS = partition
    try:
        pairs = pairing.pair_up(halves, people=7)
    finally:
        pairing.PARTITION_ROWS = whole
    pairs = pairs.where(pairs.directions == pairing.AHEAD | pairing.BACK)
    found = {
        (int(i), int(j)): (int(c * 8), int(days), int(again))
        for i, j, c, days, _, again in zip(*pairs, strict=True)
    }
    assert found == expected
