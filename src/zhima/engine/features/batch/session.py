"""The two engines that run the expressions, and the few words they spell differently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pa_parquet

from zhima.engine.events.table import EVENTS
from zhima.engine.features.batch.ranges import PersonRange, person_ranges
from zhima.engine.files import reading
from zhima.engine.kinds import ZhimaError

Source: TypeAlias = Path | pa.Table


class Engine(StrEnum):
    """Where the expressions run."""

    DUCKDB = "duckdb"
    SPARK = "spark"


ROWS_A_GIB = 4_000_000
"""Events of one range for each GiB: what is folded of them takes a fraction of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a batch on DuckDB may use of the machine; beyond `memory_gib` it spills to disk."""

    memory_gib: float = 1.5
    threads: int | None = None
    spill_folder: Path | None = None
    """An existing folder; the system's temporary folder when None."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open engine."""

    load: Callable[[Source], Any]
    """A table of the engine, keyed by `person_id`, from Parquet, a pattern of files, or Arrow."""
    results: Callable[[Any], Iterator[pa.Table]]
    """Runs a table expression that treats each person apart, in parts that follow one another."""
    micros: Callable[[Any], Any]
    """Microseconds since 1970 of a timestamp column."""
    json_text: Callable[[Any, str], Any]
    """The text at a path of a JSON column, null when it is not there."""


def open_session(engine: Engine, limits: Limits) -> AbstractContextManager[Session]:
    """Open `engine`; everything it wrote to disk is gone when the context closes."""
    return _duckdb(limits) if engine is Engine.DUCKDB else _spark()


@ibis.udf.scalar.builtin(name="epoch_us")
def _duckdb_micros(at: dt.datetime) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="json_extract_string")
def _duckdb_json(text: str, path: str) -> str: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="unix_micros")
def _spark_micros(at: dt.datetime) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="get_json_object")
def _spark_json(text: str, path: str) -> str: ...  # type: ignore[empty-body]


@contextmanager
def _duckdb(limits: Limits) -> Iterator[Session]:
    with TemporaryDirectory(prefix="zhima-", dir=limits.spill_folder) as folder:
        settings: dict[str, Any] = {
            "memory_limit": f"{int(limits.memory_gib * 1024)}MiB",
            "temp_directory": folder,
            "preserve_insertion_order": False,
        }
        if limits.threads is not None:
            settings["threads"] = limits.threads
        connection = ibis.duckdb.connect(**settings)
        connection.raw_sql("SET TimeZone = 'UTC'")
        # Its ranges read the whole table once each (DuckDB 2.0); ours read their own row groups.
        connection.raw_sql("SET disabled_optimizers = 'partitioned_execution'")
        tables = _Tables(connection, int(limits.memory_gib * ROWS_A_GIB))
        try:
            yield Session(tables.load, tables.results, _duckdb_micros, _duckdb_json)
        finally:
            connection.disconnect()


class _Tables:
    """DuckDB's tables: views over what was loaded, narrowed to one range of people after another.

    The views keep their names, so that a statement is compiled once.
    """

    def __init__(self, connection: Any, rows: int) -> None:
        self._connection = connection
        self._rows = rows
        self._sources: dict[str, Any] = {}
        self._files: list[Path] = []

    def load(self, source: Source) -> Any:
        if isinstance(source, Path):
            whole = _parquet(self._connection, source)
            self._files += files_of(source)
        else:
            name = ibis.util.gen_name("arrow")
            self._connection.con.register(name, source)
            whole = self._connection.table(name)
        view = ibis.util.gen_name("people")
        self._sources[view] = _of_known_types(whole)
        return self._narrowed(view, PersonRange())

    def results(self, table: Any) -> Iterator[pa.Table]:
        statement = self._connection.compile(table)
        schema = table.schema().to_pyarrow()
        name = ", ".join(map(str, self._files)) or "the tables"
        with reading(name, duckdb.Error):
            ranges = person_ranges(self._files, rows=self._rows)
        for part in ranges:
            for view in self._sources:
                self._narrowed(view, part)
            with reading(name, duckdb.Error):
                found = self._connection.con.sql(statement).to_arrow_table()
            yield found.cast(schema)

    def _narrowed(self, view: str, part: PersonRange) -> Any:
        whole = self._sources[view]
        low = [] if part.start is None else [whole.person_id >= part.start]
        high = [] if part.below is None else [whole.person_id < part.below]
        narrowed = whole.filter(*low, *high) if low or high else whole
        return self._connection.create_view(view, narrowed, overwrite=True)


def _of_known_types(table: Any) -> Any:
    """A column of nothing but nulls may have no type of its own: it gets that of the events."""
    untyped = [name for name, kind in table.schema().items() if kind.is_unknown()]
    wanted = ibis.Schema.from_pyarrow(EVENTS)
    return table.mutate(**{n: table[n].cast(wanted[n]) for n in untyped if n in wanted})


def files_of(source: Path) -> list[Path]:
    """The file, or the files that a pattern finds."""
    return [source] if source.exists() else sorted(source.parent.glob(source.name))


def _parquet(connection: Any, path: Path) -> Any:
    if not files_of(path):
        raise ZhimaError(f"cannot read {path}: no such file")
    # Each engine has its own word for a broken file; all mean that the user's file is at fault.
    with reading(path, Exception):
        # The name of a file may hold what a pattern would be made of.
        return connection.read_parquet(escape(str(path)) if path.exists() else str(path))


def _batches(table: Any) -> Iterator[pa.Table]:
    with closing(table.to_pyarrow_batches(chunk_size=65_536)) as batches:
        yield from (pa.Table.from_batches([batch]) for batch in batches)
        yield batches.schema.empty_table()


@contextmanager
def _spark() -> Iterator[Session]:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ZhimaError(
            "the engine spark needs PySpark: pip install 'openzhima[spark]', and a Java 17"
        ) from error
    spark = (
        SparkSession.builder.master("local[*]")
        .appName("zhima")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    connection = ibis.pyspark.connect(spark)
    with TemporaryDirectory(prefix="zhima-") as folder:

        def load(source: Source) -> Any:
            if isinstance(source, Path):
                return _parquet(connection, source)
            path = Path(folder) / f"{ibis.util.gen_name('arrow')}.parquet"
            pa_parquet.write_table(source, path)
            return _parquet(connection, path)

        try:
            yield Session(load, _batches, _spark_micros, _spark_json)
        finally:
            spark.stop()
