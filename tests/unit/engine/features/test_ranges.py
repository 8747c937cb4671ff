"""People in ranges: each range reads its own row groups, and together they are the whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.properties.event_histories import AS_OF, events_table, every_aggregate
from zhima.engine.features.batch import compute, compute_at, session, write
from zhima.engine.features.batch.ranges import PersonRange, person_ranges

PEOPLE = [f"p{number}" for number in range(6)]


def by_person() -> pa.Table:
    """Four events of each of six people, in order of person."""
    return events_table(
        [
            {
                "event_id": f"{person}-{number}",
                "person_id": person,
                "kind": ("bill.paid", "payment.made")[number % 2],
                "occurred_at": AS_OF - timedelta(days=10 * number + 1),
                "recorded_at": AS_OF - timedelta(days=10 * number + 1),
                "amount_fen": 100 * number + place,
                "counterparty_id": "shop",
                "context": '{"days_late": 0, "channel": "qr", "balance_fen": 5}',
            }
            for place, person in enumerate(PEOPLE)
            for number in range(4)
        ]
    )


@pytest.fixture
def small_ranges(tmp_path: Path):
    """A file of row groups of three events, in ranges of about five."""
    path = tmp_path / "events.parquet"
    pq.write_table(by_person(), path, row_group_size=3)
    with mock.patch.object(session, "ROWS_A_GIB", 5 / session.Limits().memory_gib):
        yield path


def test_ranges_follow_one_another_and_hold_everybody(small_ranges: Path) -> None:
    found = person_ranges([small_ranges], rows=5)
    assert len(found) > 3
    assert (found[0].start, found[-1].below) == (None, None)
    assert [part.below for part in found[:-1]] == [part.start for part in found[1:]]
    starts = [part.start for part in found[1:]]
    assert starts == sorted(set(starts))


def test_a_file_that_is_not_by_person_is_one_range(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(by_person().sort_by("occurred_at"), path, row_group_size=3)
    assert person_ranges([path], rows=5) == [PersonRange()]


def test_a_file_without_statistics_is_one_range(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(by_person(), path, row_group_size=3, write_statistics=False)
    assert person_ranges([path], rows=5) == [PersonRange()]


def test_many_ranges_give_the_table_of_one(small_ranges: Path, tmp_path: Path) -> None:
    catalogue = every_aggregate()
    whole = compute(by_person(), catalogue, as_of=AS_OF)
    assert compute(small_ranges, catalogue, as_of=AS_OF).equals(whole)
    out = tmp_path / "features.parquet"
    assert write(small_ranges, catalogue, out, as_of=AS_OF) == len(PEOPLE)
    assert pq.read_table(out).equals(whole)


def test_people_without_events_appear_once_whatever_the_ranges(small_ranges: Path) -> None:
    asked = ["a-nobody", *PEOPLE, "p2-nobody", "z-nobody"]
    found = compute(small_ranges, every_aggregate(), as_of=AS_OF, people=asked)
    assert found["person_id"].to_pylist() == sorted(asked)
    outcomes = pa.table({"person_id": asked, "as_of": pa.array([AS_OF] * len(asked))})
    seen = compute_at(small_ranges, every_aggregate(), outcomes)
    assert seen.drop_columns(["as_of"]).equals(found)
