"""Berka from its raw transactions: features by the example's catalogue, the loans of 1997-98."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from _tables import DATA, Task, folds

from zhima.engine.events.importer import import_files
from zhima.engine.events.mapping import load_mapping
from zhima.engine.features.declaration import load_catalogue
from zhima.engine.files import read_table
from zhima.engine.scorecard.training import from_events

STORY = Path(__file__).parents[1] / "examples" / "berka"
FIRST = datetime(1997, 1, 1, tzinfo=UTC)


def from_transactions(quick: bool) -> Task:
    """All raw transactions of these 354 loans are there; five folds, five times."""
    raw = DATA / "berka"
    if not raw.exists():
        raise FileNotFoundError(2, "no such folder", str(raw))
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events.parquet"
        import_files([raw], load_mapping(STORY / "map.toml"), events,
                     as_of=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
        outcomes = read_table(events.with_suffix(".outcomes.parquet"))
        late = outcomes.filter(pc.greater_equal(outcomes["as_of"], pa.scalar(FIRST)))
        table = from_events(events, late, load_catalogue(STORY / "features.yaml")).table
    bad = table["bad"].to_numpy(zero_copy_only=False).astype(int)
    table = table.set_column(table.column_names.index("bad"), "bad", pa.array(bad))
    return Task(table, "bad", tuple(folds(bad, 5, 1 if quick else 25)))
