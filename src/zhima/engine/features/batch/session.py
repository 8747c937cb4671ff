"""The two engines that run the expressions, and the few words they spell differently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import ibis
import pyarrow as pa
import pyarrow.parquet as pa_parquet

from zhima.engine.kinds import ZhimaError

Source: TypeAlias = Path | pa.Table


class Engine(StrEnum):
    """Where the expressions run."""

    DUCKDB = "duckdb"
    SPARK = "spark"


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
    """A table of the engine from a Parquet file, a pattern of files, or Arrow."""
    write: Callable[[Any, Path], None]
    """Runs a table expression and writes it to one Parquet file in bounded memory."""
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
        try:
            yield Session(
                load=_loader(connection),
                write=lambda table, path: table.to_parquet(path, compression="zstd"),
                micros=_duckdb_micros,
                json_text=_duckdb_json,
            )
        finally:
            connection.disconnect()


def _loader(connection: Any) -> Callable[[Source], Any]:
    def load(source: Source) -> Any:
        if isinstance(source, Path):
            return _parquet(connection, source)
        name = ibis.util.gen_name("arrow")
        connection.con.register(name, source)
        return connection.table(name)

    return load


def _parquet(connection: Any, path: Path) -> Any:
    if not path.exists() and not any(path.parent.glob(path.name)):
        raise ZhimaError(f"cannot read {path}: no such file")
    try:
        return connection.read_parquet(str(path))
    except Exception as error:
        # Each engine has its own word for a broken file; all mean that the user's file is at fault.
        raise ZhimaError(f"cannot read {path}: {error}") from error


def _write_batches(table: Any, path: Path) -> None:
    with closing(table.to_pyarrow_batches(chunk_size=65_536)) as batches:
        schema = batches.schema
        with pa_parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)


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
            yield Session(load, _write_batches, _spark_micros, _spark_json)
        finally:
            spark.stop()
