"""Bitcoin OTC as a task: the sign of the last fifth of ratings, foreseen from the first four."""

from __future__ import annotations

import functools
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from _tables import DATA, QUICK_ROWS, Task

from zhima.engine.events.importer import import_files
from zhima.engine.events.mapping import load_mapping
from zhima.engine.features.declaration import load_catalogue
from zhima.lab.papers.bitcoin_otc import TARGET, Study, study

STORY = Path(__file__).parents[1] / "examples" / "bitcoin_otc"


@functools.cache
def _study() -> Study:
    ratings = DATA / "bitcoin_otc" / "edges.parquet"
    if not ratings.exists():
        raise FileNotFoundError(2, "no such file", str(ratings))
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events.parquet"
        import_files(
            [ratings],
            load_mapping(STORY / "map.toml"),
            events,
            as_of=datetime(2026, 1, 1, tzinfo=UTC),
        )
        return study(
            ratings,
            events=events,
            ties=events.with_suffix(".ties.parquet"),
            catalogue=load_catalogue(STORY / "features.yaml"),
        )


def with_friends(quick: bool) -> Task:
    """The two people's records, and what their contacts add."""
    return _task(_study().own + _study().friends, quick)


def without_friends(quick: bool) -> Task:
    """The two people's records alone."""
    return _task(_study().own, quick)


def _task(columns: tuple[str, ...], quick: bool) -> Task:
    found = _study()
    seen = np.arange(len(found.train))
    rest = np.arange(len(found.test)) + len(seen)
    if quick:
        seen = np.sort(np.random.default_rng(0).permutation(seen)[:QUICK_ROWS])
    table = pa.concat_tables([found.train, found.test]).select([*columns, TARGET])
    return Task(table, TARGET, ((seen, rest),))
