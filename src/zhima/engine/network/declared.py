"""Reading what people declared: a table of text ids becomes half-ties between numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from glob import escape
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.files import reading, require_file
from zhima.engine.kinds import Finding, ZhimaError
from zhima.engine.network.pairing import HalfTies

SHOWN_A_REASON = 20
"""Findings kept as examples for each reason; the counts are complete."""

BATCH_ROWS = 1_000_000

NOT_CURRENT, KEPT = "not_current", "kept"

# In order of precedence: the first condition that holds names the record.
_VERDICTS = {
    "unknown_person": "person_number IS NULL OR contact_number IS NULL",
    "self_tie": "person_number = contact_number",
    "strength_out_of_range": "strength IS NULL OR NOT (strength > 0 AND strength <= 1)",
    "since_unusable": "since IS NULL",
    "until_unusable": "until IS NULL AND until_text IS NOT NULL OR until < since",
    NOT_CURRENT: "since > $as_of OR until <= $as_of",
    KEPT: "TRUE",
}
_CASES = " ".join(f"WHEN {held} THEN {code}" for code, held in enumerate(_VERDICTS.values()))
_CODES = {name: code for code, name in enumerate(_VERDICTS)}
_SUSPECT_COLUMN = {
    "unknown_person": "person_id",
    "self_tie": "contact_id",
    "strength_out_of_range": "strength",
    "since_unusable": "since",
    "until_unusable": "until",
}
_TYPES = {
    "person_id": ("VARCHAR",),
    "contact_id": ("VARCHAR",),
    "strength": ("DOUBLE", "FLOAT"),
    "since": ("TIMESTAMP WITH TIME ZONE",),
    "until": ("TIMESTAMP WITH TIME ZONE", '"NULL"', "INTEGER"),
}

_PARQUET = """
SELECT file_row_number + 1 AS row_number, person_id, contact_id, strength, since,
  {until}::TIMESTAMPTZ AS until, NULL AS until_text
FROM read_parquet($path, file_row_number = true)
"""
# Text becomes a time only when it carries its zone: DuckDB would take UTC in silence.
_CSV = r"""
SELECT row_number() OVER () AS row_number, person_id, contact_id,
  TRY_CAST(strength AS DOUBLE) AS strength,
  CASE WHEN regexp_matches(since, '(Z|[+-]\d\d(:?\d\d)?)$')
    THEN TRY_CAST(since AS TIMESTAMPTZ) END AS since,
  CASE WHEN regexp_matches({until}, '(Z|[+-]\d\d(:?\d\d)?)$')
    THEN TRY_CAST({until} AS TIMESTAMPTZ) END AS until,
  {until}::VARCHAR AS until_text
FROM read_csv($path, all_varchar = true, header = true)
"""
_JUDGED = """
SELECT row_number, verdict, coalesce(person_number, 0) AS person,
  coalesce(contact_number, 0) AS contact, coalesce(strength, 0)::FLOAT AS strength,
  (coalesce(epoch_us($as_of) - epoch_us(since), 0) / 86400e6)::FLOAT AS age_days,
  CASE WHEN verdict < {not_current}
    THEN concat_ws(' ', person_id, contact_id, strength, since, until) END AS record
FROM (
  SELECT *, CASE {cases} END AS verdict FROM (
    SELECT ties.*, person.number AS person_number, contact.number AS contact_number
    FROM ({ties}) AS ties
    LEFT JOIN people AS person ON ties.person_id = person.id
    LEFT JOIN people AS contact ON ties.contact_id = contact.id))
"""


def read_declared(
    path: Path, *, people: pa.Array, as_of: datetime, aside: Setaside
) -> tuple[HalfTies, int]:
    """Half-ties current at `as_of` among `people`, and how many records were not current.

    Bad records go to `aside`. Raises ZhimaError when `path` is not a ties table.
    """
    require_file(path)
    with reading(path, duckdb.Error), duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        number = pa.array(np.arange(len(people), dtype=np.uint32))
        connection.register("people", pa.table({"id": people, "number": number}))
        return _read(connection, path, as_of, aside)


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, as_of: datetime, aside: Setaside
) -> tuple[HalfTies, int]:
    ties, rows = _source(connection, path)
    query = _JUDGED.format(ties=ties, cases=_CASES, not_current=_CODES[NOT_CURRENT])
    halves = HalfTies._make(np.empty(rows, dtype) for dtype in ("u4", "u4", "f4", "f4"))
    result = connection.sql(query, params={"path": escape(str(path)), "as_of": as_of})
    filled = not_current = 0
    for batch in result.to_arrow_reader(BATCH_ROWS):
        verdict = batch["verdict"].to_numpy()
        for reason, column in _SUSPECT_COLUMN.items():
            aside.records(reason, column, batch.filter(pa.array(verdict == _CODES[reason])))
        not_current += int(np.count_nonzero(verdict == _CODES[NOT_CURRENT]))
        filled = _append(halves, filled, batch, verdict == _CODES[KEPT])
    return HalfTies._make(column[:filled] for column in halves), not_current


def _append(
    halves: HalfTies, filled: int, batch: pa.RecordBatch, kept: npt.NDArray[np.bool_]
) -> int:
    person, contact, strength, age_days = (
        batch[name].to_numpy()[kept] for name in ("person", "contact", "strength", "age_days")
    )
    rows = slice(filled, filled + len(person))
    halves.lower[rows] = np.minimum(person, contact)
    halves.upper[rows] = np.maximum(person, contact)
    halves.strength[rows] = np.where(person < contact, strength, -strength)
    halves.age_days[rows] = age_days
    return filled + len(person)


def _source(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, int]:
    if path.suffix == ".parquet":
        scan, ties = "read_parquet($path)", _PARQUET
    elif path.suffix in {".csv", ".txt"}:
        scan, ties = "read_csv($path, all_varchar = true, header = true)", _CSV
    else:
        raise ZhimaError(f"cannot read {path}: a .csv or .parquet file is expected")
    columns = connection.execute(
        f"DESCRIBE SELECT * FROM {scan}", {"path": escape(str(path))}
    ).fetchall()
    types = {name: kind for name, kind, *_ in columns}
    _check_columns(types, path, typed=path.suffix == ".parquet")
    [(rows,)] = connection.execute(
        f"SELECT count(*) FROM {scan}", {"path": escape(str(path))}
    ).fetchall()
    return ties.format(until="until" if "until" in types else "NULL"), rows


def _check_columns(types: dict[str, str], path: Path, *, typed: bool) -> None:
    for column, expected in _TYPES.items():
        if column not in types and column != "until":
            raise ZhimaError(f"{path} lacks the column {column}; it has {', '.join(types)}")
        if typed and column in types and types[column] not in expected:
            raise ZhimaError(f"{path}: column {column} is {types[column]}, expected {expected[0]}")


@dataclass(frozen=True, slots=True)
class Setaside:
    """Records that do not count, by reason: all are counted, a few are shown."""

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def pairs(self, reason: str, names: Iterable[str], count: int) -> None:
        """Count what concerns two people rather than one record."""
        shown = (Finding(self.source, None, "contact_id", name, reason) for name in names)
        self._add(reason, shown, count)

    def records(self, reason: str, column: str, rows: pa.RecordBatch) -> None:
        """Count records of the table that cannot be used because of `column`."""
        shown = (
            Finding(self.source, row["row_number"], column, row["record"], reason)
            for row in rows.slice(0, SHOWN_A_REASON).to_pylist()
        )
        self._add(reason, shown, len(rows))

    def _add(self, reason: str, shown: Iterable[Finding], count: int) -> None:
        if count:
            self.findings.extend(islice(shown, max(0, SHOWN_A_REASON - self.counts[reason])))
            self.counts[reason] += count
