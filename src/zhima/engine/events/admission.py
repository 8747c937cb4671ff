"""An events table that somebody hands in, checked before anything is computed from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pa_parquet

from zhima.engine.events.table import EVENTS
from zhima.engine.events.vocabulary import why_not_a_kind
from zhima.engine.files import (
    read_table,
    reading,
    require_columns,
    require_distinct,
    require_file,
)
from zhima.engine.kinds import ZhimaError

_FILLED = ("event_id", "person_id", "kind", "occurred_at", "recorded_at")


def require_events(events: Path | pa.Table, *, memory_gib: float = 1.5) -> None:
    """Refuse a table that is not the events table of docs/architecture.md.

    Names the first column that is lacking or of another type, and says how many event ids stand
    in it more than once: `zhima import` keeps each event once, other tools may not.
    """
    name = _name(events)
    _require_columns(_schema(events), name)
    with _opened(events, memory_gib) as database:
        rows, ids = _count(database)
        if rows == 0:
            raise ZhimaError(f"{name} holds no event")
        _require_filled(database, name)
        _require_kinds(database, name)
    if ids < rows:
        raise ZhimaError(
            f"{rows - ids:,} of the {rows:,} rows of {name} repeat an event id; "
            "an event counts once, `zhima import` keeps each once"
        )


def read_keyed(path: Path) -> pa.Table:
    """Read outcomes or features by person: ids as text, `as_of`, where it is, as moments in UTC.

    A day stands for its first moment in UTC, as everywhere. ZhimaError for a time without a zone.
    """
    table = read_table(path)
    require_columns(table, ("person_id",), path)
    for name in ("person_id", "as_of"):
        if name in table.column_names:
            with reading(path):
                is_id = name == "person_id"
                column = table[name].cast(pa.string()) if is_id else _moments(table, path)
            if column.null_count:
                raise ZhimaError(f"{path}: column {name} is empty in {column.null_count} rows")
            table = table.set_column(table.column_names.index(name), name, column)
    return table


def _moments(table: pa.Table, path: Path) -> pa.ChunkedArray:
    column = table["as_of"]
    kind = column.type
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is not None):
        return column.cast(pa.timestamp("us")).cast(EVENTS.field("occurred_at").type)
    raise ZhimaError(
        f"{path}: column as_of is {kind}, not a day or a time with a zone; "
        "write 2026-09-01 or 2026-09-01T12:00:00+00:00"
    )


def _name(events: Path | pa.Table) -> str:
    return "the events table" if isinstance(events, pa.Table) else str(events)


def _schema(events: Path | pa.Table) -> pa.Schema:
    if isinstance(events, pa.Table):
        return events.schema
    require_file(events)
    with reading(events):
        return pa_parquet.read_schema(events)


def _require_columns(schema: pa.Schema, name: Path | str) -> None:
    require_columns(schema.names, EVENTS.names, name)
    require_distinct(schema.names, name, only=EVENTS.names)
    for field in EVENTS:
        given = schema.field(field.name).type
        if not _fits(given, field.type):
            raise ZhimaError(f"{name}: column {field.name} is {given}, not {field.type}")


def _fits(given: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_timestamp(wanted):
        return pa.types.is_timestamp(given) and given.tz is not None
    if pa.types.is_integer(wanted):
        return pa.types.is_integer(given) or pa.types.is_null(given)
    return pa.types.is_string(given) or pa.types.is_large_string(given) or pa.types.is_null(given)


@contextmanager
def _opened(events: Path | pa.Table, memory_gib: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with a view called `events`."""
    limit = {"memory_limit": f"{int(memory_gib * 1024)}MiB"}
    with reading(_name(events), duckdb.Error), duckdb.connect(config=limit) as connection:
        if isinstance(events, pa.Table):
            connection.register("events", events)
        else:
            # The name is the user's, and may hold what a pattern would be made of.
            connection.read_parquet(escape(str(events))).create_view("events")
        yield connection


def _count(database: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Rows and distinct event ids: by a 64-bit hash, and exactly where that finds fewer."""
    counted = "SELECT count(*), count(DISTINCT {}) FROM events"
    rows, hashes = database.sql(counted.format("hash(event_id)")).fetchall()[0]
    if hashes < rows:
        rows, hashes = database.sql(counted.format("event_id")).fetchall()[0]
    return int(rows), int(hashes)


def _require_filled(database: duckdb.DuckDBPyConnection, name: str) -> None:
    counts = ", ".join(f"count(*) - count({column})" for column in _FILLED)
    empty = database.sql(f"SELECT {counts} FROM events").fetchall()[0]
    for column, rows in zip(_FILLED, empty, strict=True):
        if rows:
            raise ZhimaError(f"{name}: column {column} is empty in {rows:,} rows")


def _require_kinds(database: duckdb.DuckDBPyConnection, name: str) -> None:
    for (kind,) in database.sql("SELECT DISTINCT kind FROM events ORDER BY kind").fetchall():
        reason = why_not_a_kind(kind)
        if reason:
            raise ZhimaError(f"{name}: {reason}")
