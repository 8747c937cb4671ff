"""Features of everybody at once, as Ibis expressions: on DuckDB by default, the same on Spark.

This package is the only part of the engine that imports Ibis, so that plain SQL could replace it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pa_parquet

from zhima.engine.features.batch.expressions import feature_table
from zhima.engine.features.batch.session import Engine, Limits, Session, Source, open_session
from zhima.engine.features.declaration import Catalogue
from zhima.engine.files import atomic, require_columns
from zhima.engine.kinds import ZhimaError

__all__ = ["Engine", "Limits", "Source", "compute", "compute_at", "write", "write_at"]


def compute(
    events: Source,
    catalogue: Catalogue,
    *,
    as_of: dt.datetime,
    people: Sequence[str] | None = None,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
) -> pa.Table:
    """One row a person, as the world knew her just before `as_of`: `person_id`, the features.

    `events` is a Parquet file (or a pattern for several) or an Arrow table with the columns of
    docs/architecture.md. Rows are the people with a visible event or, when given, exactly
    `people`; sorted by person. Whole-number features are int64, ratios float64; what cannot be
    said is null. Raises ZhimaError for a file that cannot be read or an `as_of` without a zone.
    """
    with open_session(engine, limits or Limits()) as session:
        return _gathered(session, _at_one_time(session, events, catalogue, as_of, people))


def compute_at(
    events: Source,
    catalogue: Catalogue,
    outcomes: pa.Table,
    *,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
) -> pa.Table:
    """One row an outcome, as the world knew that person just before that outcome's `as_of`.

    Columns: those of `outcomes` (`person_id`, `as_of` and whatever else it has), the features.
    Sorted by person and time.
    """
    with open_session(engine, limits or Limits()) as session:
        return _gathered(session, _at_outcomes(session, events, catalogue, outcomes))


def write(
    events: Source,
    catalogue: Catalogue,
    path: Path,
    *,
    as_of: dt.datetime,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
) -> int:
    """`compute` straight to a Parquet file in bounded memory; returns the number of rows."""
    with open_session(engine, limits or Limits()) as session:
        return _write(session, _at_one_time(session, events, catalogue, as_of, None), path)


def write_at(
    events: Source,
    catalogue: Catalogue,
    outcomes: pa.Table,
    path: Path,
    *,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
) -> int:
    """`compute_at` straight to a Parquet file in bounded memory; returns the number of rows."""
    with open_session(engine, limits or Limits()) as session:
        return _write(session, _at_outcomes(session, events, catalogue, outcomes), path)


def _at_one_time(
    session: Session,
    events: Source,
    catalogue: Catalogue,
    as_of: dt.datetime,
    people: Sequence[str] | None,
) -> Any:
    if as_of.tzinfo is None:
        raise ZhimaError(f"as_of {as_of.isoformat()} has no time zone; write it in UTC")
    rows = None
    if people is not None:
        rows = session.load(pa.table({"person_id": pa.array(people, pa.string())}))
    loaded = session.load(events)
    return feature_table(session, loaded, catalogue, as_of=as_of, rows=rows)


def _at_outcomes(session: Session, events: Source, catalogue: Catalogue, outcomes: pa.Table) -> Any:
    require_columns(outcomes, ("person_id", "as_of"), "outcomes")
    rows = session.load(outcomes)
    loaded = session.load(events)
    return feature_table(session, loaded, catalogue, as_of=None, rows=rows)


def _gathered(session: Session, table: Any) -> pa.Table:
    return pa.concat_tables(session.results(table)).combine_chunks()


def _write(session: Session, table: Any, path: Path) -> int:
    schema = table.schema().to_pyarrow()
    with (
        atomic(path) as temporary,
        pa_parquet.ParquetWriter(temporary, schema, compression="zstd") as writer,
        ThreadPoolExecutor(1) as beside,
    ):
        # One part is written while the next is computed.
        written = beside.submit(int)
        rows = 0
        for part in session.results(table):
            written.result()
            written = beside.submit(writer.write_table, part)
            rows += part.num_rows
        written.result()
    return rows
