"""Whatever the raw rows hold, every one of them is accounted for."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from zhima.engine.events.importer import import_files
from zhima.engine.events.mapping import Mapping, Output

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MAPPING = Mapping.model_validate(
    {
        "source": [
            {
                "files": "*.csv",
                "where": {"where": ["in", ""]},
                "columns": {
                    "event_id": {"column": "id"},
                    "person_id": {"column": "who"},
                    "kind": {"column": "kind"},
                    "occurred_at": {"column": "when", "zone": "Asia/Shanghai"},
                    "amount_fen": {"column": "yuan", "scale": "100"},
                },
            }
        ]
    }
)
_cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=6)
_rows = st.tuples(
    st.sampled_from(["1", "2", "3", "4", ""]),
    st.sampled_from(["ana", "bo"]) | _cells,
    st.sampled_from(["payment.made", "booking.kept"]) | _cells,
    st.sampled_from(["2025-01-01", "2025-01-01T00:00:00Z", "2027-01-01"]) | _cells,
    st.sampled_from(["1.00", "-1", "1e99", "NaN", "0.001", ""]) | _cells,
    st.sampled_from(["in", "out", ""]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_rows, max_size=12))
def test_rows_in_are_rows_out_and_rows_set_aside(rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "raw.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
            writer.writerows([("id", "who", "kind", "when", "yuan", "where"), *rows])
        done = import_files([folder / "raw.csv"], MAPPING, folder / "events.parquet", as_of=NOW)
        out = pq.read_table(folder / "events.parquet").num_rows
        assert done.rows_in == len(rows)
        assert done.rows_out[Output.EVENTS] == out
        assert done.rows_in == out + done.set_aside + done.left_out + done.repeated
        assert done.left_out == sum(row[5] == "out" for row in rows)
        assert bool(done.set_aside) == bool(done.reasons)
