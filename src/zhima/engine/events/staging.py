"""The database on disk where raw rows become finished rows, findings and rows set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from zhima.engine.events.mapping import TARGETS, Csv, Lookup, Output, Section
from zhima.engine.events.raw import ROW, RawRows, read_raw
from zhima.engine.events.reasons import Reason
from zhima.engine.events.translation import (
    SQL_TYPES,
    Cell,
    cells,
    identifier,
    passes,
    quoted,
    row_checks,
    select_columns,
    text_in,
)
from zhima.engine.files import atomic
from zhima.engine.kinds import ZhimaError

_IDENTITY = {
    Output.EVENTS: ("event_id",),
    Output.OUTCOMES: ("person_id", "as_of"),
    Output.TIES: ("person_id", "contact_id", "since"),
}
"""What makes two rows of an output the same one."""
_ORDER = {
    Output.EVENTS: "person_id, occurred_at, event_id",
    Output.OUTCOMES: "person_id, as_of",
    Output.TIES: "person_id, contact_id, since",
}
"""Files come out in this order, so that the same import writes the same bytes."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. A file that several sections of the map take counts once for each."""

    rows_in: int
    rows_out: dict[Output, int]
    repeated: int
    """Rows equal to one already imported, dropped: importing twice changes nothing."""
    left_out: int
    """Rows the map's `where` left out on purpose."""
    set_aside: int
    reasons: dict[Reason, int]
    """Findings by reason; one row may have several."""
    written: dict[str, Path]
    """Output name, `findings` or `set_aside` to the file that was written."""


class Staging:
    """One import under way: `stage` each raw file by each section, then `finish`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: dt.datetime) -> None:
        self._database = connection
        self._as_of_sql = f"TIMESTAMPTZ {quoted(as_of.isoformat())}"
        self._rows_in = self._left_out = self._batches = 0
        self._run(
            "CREATE TABLE findings"
            '(source VARCHAR, "row" BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR)'
        )
        self._run('CREATE TABLE set_aside(source VARCHAR, "row" BIGINT, raw VARCHAR)')
        for output in Output:
            columns = ", ".join(f"{name} {kind}" for name, kind in _typed_columns(output))
            self._run(
                f"CREATE TABLE {output}({columns}, source VARCHAR, batch BIGINT, {ROW} BIGINT)"
            )

    def stage(self, raw: RawRows, section: Section, folder: Path) -> None:
        """Read one raw file through one section; lookup files are beside it in `folder`."""
        joined = {name: self._lookup(name, look, folder) for name, look in section.lookup.items()}
        columns = (*raw.columns, *(column for names in joined.values() for column in names))
        found = cells(section, raw.name, columns)
        counted = _Counted(raw.batches)
        self._database.register("raw_stream", counted.reader)
        with counted.told():
            self._run(
                f"CREATE OR REPLACE TABLE stage AS {self._checked(raw, section, found, joined)}"
            )
        self._database.unregister("raw_stream")
        self._rows_in += counted.rows + len(raw.broken)
        self._left_out += counted.rows - self._count("stage")
        self._batches += 1
        self._set_broken_aside(raw)
        self._divide(raw.name, section.output, found)

    def finish(self, output: Path, outputs: set[Output]) -> Imported:
        """Settle duplicates and write every file, each whole or not at all."""
        repeated = sum(self._settle_duplicates(kind) for kind in sorted(outputs))
        written = {
            str(kind): self._write(
                f"SELECT {_names(kind)} FROM {kind} ORDER BY {_ORDER[kind]}",
                output if kind is Output.EVENTS else _beside(output, kind),
            )
            for kind in sorted(outputs)
        }
        for table in ("findings", "set_aside"):
            path = _beside(output, table)
            if self._count(table):
                query = f"SELECT DISTINCT * FROM {table} ORDER BY ALL"
                written[table] = self._write(query, path)
            else:
                path.unlink(missing_ok=True)
        reasons = self._run("SELECT reason, count(*) FROM findings GROUP BY 1 ORDER BY 1")
        return Imported(
            rows_in=self._rows_in,
            rows_out={kind: self._count(kind) for kind in sorted(outputs)},
            repeated=repeated,
            left_out=self._left_out,
            set_aside=self._count("set_aside"),
            reasons={Reason(reason): count for reason, count in reasons},
            written=written,
        )

    def _run(self, query: str) -> list[Any]:
        return self._database.execute(query).fetchall()

    def _count(self, table: str) -> int:
        return int(self._run(f"SELECT count(*) FROM {table}")[0][0])

    def _lookup(self, name: str, lookup: Lookup, folder: Path) -> list[str]:
        """Load a lookup file as table `lookup_NAME`; gives its columns as `NAME.column`."""
        raw = read_raw(folder / lookup.file, Csv())
        if lookup.matches not in raw.columns:
            raise ZhimaError(f"{lookup.file} has no column {lookup.matches!r}")
        table = identifier(f"lookup_{name}")
        self._database.register("raw_lookup", raw.batches)
        columns = [f"{name}.{column}" for column in raw.columns]
        parts = ", ".join(
            f"trim(CAST({identifier(column)} AS VARCHAR)) AS {identifier(f'{name}.{column}')}"
            for column in raw.columns
        )
        kept = passes(lookup.where, text_in(raw.columns, lookup.file))
        self._run(f"CREATE OR REPLACE TABLE {table} AS SELECT {parts} FROM raw_lookup WHERE {kept}")
        self._database.unregister("raw_lookup")
        key = identifier(f"{name}.{lookup.matches}")
        if self._count(table) != self._count(f"(SELECT DISTINCT {key} FROM {table})"):
            raise ZhimaError(f"{lookup.file} has several rows for one {lookup.matches}")
        return columns

    def _checked(
        self, raw: RawRows, section: Section, found: list[Cell], joined: dict[str, list[str]]
    ) -> str:
        """SQL: row number, finished values, list of findings, and the raw row as JSON if needed."""
        joins = "".join(
            f" LEFT JOIN {identifier(f'lookup_{name}')} ON {identifier(f'{name}.{look.matches}')}"
            f" = {text_in(raw.columns, raw.name)(look.key)}"
            for name, look in section.lookup.items()
        )
        lookups = "".join(
            f", {identifier(column)}" for names in joined.values() for column in names
        )
        columns = (*raw.columns, *(column for names in joined.values() for column in names))
        kept = passes(section.where, text_in(columns, raw.name))
        original = ", ".join(
            f"{quoted(column)}, CAST({identifier(column)} AS VARCHAR)" for column in raw.columns
        )
        values = ", ".join(f"{cell.value} AS {identifier(cell.name)}" for cell in found)
        reasons = ", ".join(
            f"{cell.reason} AS {identifier('reason_' + cell.name)}" for cell in found
        )
        texts = ", ".join(f"{cell.raw} AS {identifier('text_' + cell.name)}" for cell in found)
        findings = self._findings(section.output, found)
        return (
            f"WITH joined AS (SELECT raw_stream.*{lookups} FROM raw_stream{joins} WHERE {kept}), "
            f"valued AS (SELECT {ROW}, json_object({original}) AS raw, {values}, "
            f"{reasons}, {texts} FROM joined), "
            f"judged AS (SELECT *, {findings} AS findings FROM valued) "
            f"SELECT {ROW}, {', '.join(identifier(cell.name) for cell in found)}, findings, "
            "CASE WHEN len(findings) > 0 THEN CAST(raw AS VARCHAR) END AS raw FROM judged"
        )

    def _findings(self, output: Output, found: list[Cell]) -> str:
        names = {cell.name: cell.column for cell in found}
        entries = [
            _finding(
                f"{identifier('reason_' + c.name)} IS NOT NULL",
                c.column,
                identifier("text_" + c.name),
                identifier("reason_" + c.name),
            )
            for c in found
        ] + [
            _finding(
                failing,
                names.get(column, column),
                identifier("text_" + column) if column in names else "NULL",
                quoted(reason),
            )
            for column, failing, reason in row_checks(output, found, self._as_of_sql)
        ]
        return f"list_filter([{', '.join(entries)}], lambda entry: entry IS NOT NULL)"

    def _set_broken_aside(self, raw: RawRows) -> None:
        if not raw.broken:
            return
        numbers, texts = zip(*raw.broken, strict=True)
        self._database.register("broken", pa.table({"number": numbers, "raw": texts}))
        source, reason = quoted(raw.name), quoted(Reason.BROKEN_ROW)
        self._run(f"INSERT INTO set_aside SELECT {source}, number, raw FROM broken")
        self._run(f"INSERT INTO findings SELECT {source}, number, NULL, raw, {reason} FROM broken")
        self._database.unregister("broken")

    def _divide(self, source: str, output: Output, found: list[Cell]) -> None:
        """Move staged rows to the output or aside."""
        name = quoted(source)
        values = ", ".join(
            f"CAST({sql} AS {kind})"
            for (_, sql), (_, kind) in zip(
                select_columns(output, found), _typed_columns(output), strict=True
            )
        )
        self._run(
            f"INSERT INTO {output} SELECT {values}, {name}, {self._batches}, {ROW} FROM stage "
            "WHERE len(findings) = 0"
        )
        self._run(
            f"INSERT INTO set_aside SELECT {name}, {ROW}, raw FROM stage WHERE len(findings) > 0"
        )
        self._run(
            f"INSERT INTO findings SELECT {name}, {ROW}, entry.place, entry.text, entry.reason "
            f"FROM (SELECT {ROW}, unnest(findings) AS entry FROM stage)"
        )

    def _settle_duplicates(self, output: Output) -> int:
        """Keep the first row of each identity; count equal ones, set conflicting ones aside."""
        key = ", ".join(_IDENTITY[output])
        self._run(
            "CREATE OR REPLACE TABLE twice AS WITH shared AS ("
            f"SELECT {key} FROM {output} GROUP BY ALL HAVING count(*) > 1), ranked AS ("
            f"SELECT o.*, row_number() OVER same AS place, hash_row <> first(hash_row) OVER same "
            f"AS conflicting FROM (SELECT *, {_whole_row(output)} AS hash_row FROM {output} "
            f"SEMI JOIN shared USING ({key})) AS o "
            f"WINDOW same AS (PARTITION BY {key} ORDER BY batch, {ROW})) "
            f"SELECT * FROM ranked WHERE place > 1"
        )
        self._run(
            f"INSERT INTO findings SELECT source, {ROW}, {quoted(key)}, "
            f"concat_ws(', ', {key}), {quoted(Reason.CONFLICTING_DUPLICATE)} "
            "FROM twice WHERE conflicting"
        )
        self._run(
            f"INSERT INTO set_aside SELECT source, {ROW}, hash_row FROM twice WHERE conflicting"
        )
        self._run(
            f"DELETE FROM {output} USING twice "
            f"WHERE {output}.batch = twice.batch AND {output}.{ROW} = twice.{ROW}"
        )
        return self._count("(SELECT 1 FROM twice WHERE NOT conflicting)")

    def _write(self, query: str, path: Path) -> Path:
        with atomic(path) as temporary:
            target = quoted(str(temporary))
            self._run(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
        return path


class _Counted:
    """A stream that knows how many rows have passed."""

    def __init__(self, batches: pa.RecordBatchReader) -> None:
        self.rows = 0
        self.reader = pa.RecordBatchReader.from_batches(batches.schema, self._pass(batches))
        self._fault: ZhimaError | None = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """The database says of a stream that breaks off only that it does; this says why."""
        try:
            yield
        except duckdb.Error as error:
            raise (self._fault or error) from error

    def _pass(self, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                self.rows += batch.num_rows
                yield batch
        except ZhimaError as fault:
            self._fault = fault
            raise


def _typed_columns(output: Output) -> list[tuple[str, str]]:
    columns = [(name, SQL_TYPES[kind]) for name, kind in TARGETS[output].items()]
    return [*columns, ("context", "VARCHAR")] if output is Output.EVENTS else columns


def _names(output: Output) -> str:
    return ", ".join(name for name, _ in _typed_columns(output))


def _whole_row(output: Output) -> str:
    pairs = ", ".join(f"{quoted(name)}, {name}" for name, _ in _typed_columns(output))
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _finding(failing: str, column: str, text: str, reason: str) -> str:
    entry = f"{{'place': {quoted(column)}, 'text': {text}, 'reason': {reason}}}"
    return f"CASE WHEN {failing} THEN {entry} END"


def _beside(output: Path, what: str) -> Path:
    return output.with_name(f"{output.stem}.{what}.parquet")
