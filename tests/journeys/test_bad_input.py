"""A user's mistake is one clear sentence and exit code 2; nothing half written stays behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

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
