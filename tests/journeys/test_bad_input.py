"""A user's mistake is one clear sentence and exit code 2; nothing half written stays behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.journeys.command import zhima
from zhima.engine.events.table import EVENTS

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def events(count: int = 3) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "event_id": f"e{n}",
                "person_id": f"p{n % 2}",
                "kind": "bill.paid",
                "occurred_at": WHEN,
                "recorded_at": WHEN,
                "amount_fen": 1200,
                "counterparty_id": None,
                "context": '{"days_late": 0}',
            }
            for n in range(count)
        ],
        schema=EVENTS,
    )


def naive_times(table: pa.Table) -> pa.Table:
    return table.set_column(3, "occurred_at", table["occurred_at"].cast(pa.timestamp("us")))


def text_times(table: pa.Table) -> pa.Table:
    return table.set_column(3, "occurred_at", table["occurred_at"].cast(pa.string()))


def float_amounts(table: pa.Table) -> pa.Table:
    return table.set_column(5, "amount_fen", pa.array([float("nan")] * len(table)))


BROKEN = {
    "lacks the column kind": lambda table: table.drop_columns(["kind"]),
    "column occurred_at is timestamp[us], not timestamp[us, tz=UTC]": naive_times,
    "column occurred_at is string": text_times,
    "column amount_fen is double, not int64": float_amounts,
    "holds no event": lambda table: table.slice(0, 0),
    "repeat an event id": lambda table: pa.concat_tables([table, table]),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_an_events_table_that_is_none_is_refused(reason: str, tmp_path: Path) -> None:
    pq.write_table(BROKEN[reason](events()), tmp_path / "events.parquet")
    refused(tmp_path, reason, "--as-of", "2026-09-01")


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    pq.write_table(events(), tmp_path / "whole.parquet")
    cut = (tmp_path / "whole.parquet").read_bytes()[:200]
    (tmp_path / "events.parquet").write_bytes(cut)
    refused(tmp_path, "cannot read", "--as-of", "2026-09-01")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--as-of", "2026-13-01"], "is no date"),
        (["--as-of", "2026-09-01T12:00"], "has no time zone"),
        (["--as-of", "2025-09-01"], "has no value before 2026-01-01"),
        (["--as-of", "2026-09-01", "--rulebook", "nobody"], "no rulebook 'nobody'"),
        (["--as-of", "2026-09-01", "--ties", "none.parquet"], "no such file"),
        (["--as-of", "2026-09-01", "--engine", "abacus"], "no engine 'abacus'"),
        (["--as-of", "2026-09-01", "--card", "none.yaml"], "cannot read none.yaml"),
    ],
)
def test_a_wrong_option_is_refused(words: list[str], reason: str, tmp_path: Path) -> None:
    pq.write_table(events(), tmp_path / "events.parquet")
    refused(tmp_path, reason, *words)


def test_a_folder_that_is_not_there_is_named_before_any_work(tmp_path: Path) -> None:
    pq.write_table(events(), tmp_path / "events.parquet")
    done = zhima(
        "score", "--events", "events.parquet", "--as-of", "2026-09-01",
        "-o", "nowhere/scores.parquet", cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, "the folder nowhere does not exist" in done.stderr) == (2, True)
    assert "features" not in done.stderr


def test_a_tie_only_one_side_agreed_to_counts_nothing_and_is_shown(tmp_path: Path) -> None:
    pq.write_table(events(), tmp_path / "events.parquet")
    (tmp_path / "ties.csv").write_text(
        "person_id,contact_id,strength,since,until\n"
        "p0,p1,0.5,2026-01-01T00:00:00Z,\n"
        "p1,p1,0.5,2026-01-01T00:00:00Z,\n"
    )
    done = zhima(
        "score", "--events", "events.parquet", "--ties", "ties.csv", "--as-of", "2026-09-01",
        "-o", "scores.parquet", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    findings = pq.read_table(tmp_path / "scores.findings.parquet")["reason"].to_pylist()
    assert sorted(findings) == ["one_sided", "self_tie"]
    assert set(pq.read_table(tmp_path / "scores.parquet")["friends_points"].to_pylist()) == {0.0}


def test_events_from_the_future_are_not_seen(tmp_path: Path) -> None:
    pq.write_table(events(), tmp_path / "events.parquet")
    done = zhima(
        "score", "--events", "events.parquet", "--as-of", "2026-02-01", "-o", "scores.parquet",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert "nobody has an event before 2026-02-01" in done.stderr


def refused(folder: Path, reason: str, *words: str) -> None:
    before = sorted(folder.iterdir())
    done = zhima("score", "--events", "events.parquet", "-o", "scores.parquet", *words, cwd=folder)
    assert done.returncode == 2, done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(folder.iterdir()) == before
