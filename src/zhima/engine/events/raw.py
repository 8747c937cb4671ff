"""Raw files as streams of text: every cell as it is written, every row with its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pa_parquet

from zhima.engine.events.mapping import Csv
from zhima.engine.files import reading, require_file, require_utf8
from zhima.engine.kinds import ZhimaError

ROW = "row_"
"""The 1-based row number, header not counted, beside the columns of the raw file."""
_UTF8 = {"utf-8", "utf8"}
_BLOCK_BYTES = 8 << 20
_BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class RawRows:
    """A stream of batches, and the rows that could not even be split into cells."""

    name: str
    columns: tuple[str, ...]
    batches: pa.RecordBatchReader
    broken: list[tuple[int, str]]
    """Row number and text; complete once the batches are read."""


def read_raw(path: Path, csv: Csv) -> RawRows:
    """Open a CSV or Parquet file; ZhimaError for one that cannot be read or has no rows at all."""
    require_file(path)
    with reading(path, LookupError):
        return _read_parquet(path) if path.suffix == ".parquet" else _read_csv(path, csv)


def rows_of_table(table: Any, name: str, folder: Path) -> RawRows:
    """The rows of an Arrow table or of any Ibis table, which passes through a file in `folder`."""
    if isinstance(table, pa.Table):
        return _numbered(name, table.schema, iter(table.to_batches(_BATCH_ROWS)))
    path = folder / "raw.parquet"
    table.to_parquet(path)
    # Spark writes a folder of files under that name.
    written = pa_dataset.dataset(path)
    return _numbered(name, written.schema, written.to_batches(batch_size=_BATCH_ROWS))


def _read_parquet(path: Path) -> RawRows:
    file = pa_parquet.ParquetFile(path)

    def batches() -> Iterator[pa.RecordBatch]:
        with reading(path):
            yield from file.iter_batches(_BATCH_ROWS)

    return _numbered(path.name, file.schema_arrow, batches())


def _numbered(name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> RawRows:
    numbered = schema.remove_metadata().append(pa.field(ROW, pa.int64()))

    def stream() -> Iterator[pa.RecordBatch]:
        seen = 0
        for batch in batches:
            numbers = np.arange(seen + 1, seen + 1 + batch.num_rows)
            yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(numbers)], schema=numbered)
            seen += batch.num_rows

    reader = pa.RecordBatchReader.from_batches(numbered, stream())
    return RawRows(name, tuple(schema.names), reader, [])


def _read_csv(path: Path, csv: Csv) -> RawRows:
    broken: list[tuple[int, str]] = []
    header_rows = 0 if csv.columns else 1

    def keep(row: pa_csv.InvalidRow) -> str:
        broken.append((row.number - header_rows, row.text))
        return "skip"

    stream = _open_csv(path, csv, keep)
    names = tuple(stream.schema.names)
    schema = pa.schema([*((name, pa.string()) for name in names), (ROW, pa.int64())])
    reader = pa.RecordBatchReader.from_batches(schema, _csv_batches(path, stream, schema, broken))
    return RawRows(path.name, names, reader, broken)


def _open_csv(
    path: Path, csv: Csv, keep: Callable[[pa_csv.InvalidRow], str]
) -> pa_csv.CSVStreamingReader:
    if csv.encoding.lower() in _UTF8:
        # What is no text would otherwise break off in the middle, after much work.
        require_utf8(path)
    names = csv.columns or _header(path, csv)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ZhimaError(f"cannot read {path}: the column {', '.join(twice)} appears twice")
    return pa_csv.open_csv(
        path,
        # Threads would lose the numbers of broken rows.
        pa_csv.ReadOptions(
            use_threads=False,
            block_size=_BLOCK_BYTES,
            encoding=csv.encoding,
            column_names=names,
            skip_rows_after_names=0 if csv.columns else 1,
        ),
        pa_csv.ParseOptions(
            delimiter=csv.separator,
            quote_char=csv.quote,
            newlines_in_values=True,
            invalid_row_handler=keep,
        ),
        pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=False,
        ),
    )


def _header(path: Path, csv: Csv) -> tuple[str, ...]:
    import csv as csv_format

    # Quotes around the first name hide a byte order mark from whoever looks at the names alone.
    encoding = "utf-8-sig" if csv.encoding.lower() in _UTF8 else csv.encoding
    with path.open(encoding=encoding, newline="") as stream:
        rows = csv_format.reader(stream, delimiter=csv.separator, quotechar=csv.quote)
        try:
            names = next(rows, None)
        except csv_format.Error as error:
            raise ZhimaError(f"cannot read {path}: its first line is no header: {error}") from error
    if not names:
        raise ZhimaError(f"cannot read {path}: the file is empty")
    return tuple(name.strip() for name in names)


def _csv_batches(
    path: Path,
    stream: pa_csv.CSVStreamingReader,
    schema: pa.Schema,
    broken: list[tuple[int, str]],
) -> Iterator[pa.RecordBatch]:
    seen = 0
    with reading(path):
        for batch in stream:
            numbers = _numbers(seen, batch.num_rows, {number for number, _ in broken})
            yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(numbers)], schema=schema)
            seen = int(numbers[-1]) if len(numbers) else seen


def _numbers(seen: int, rows: int, broken: set[int]) -> Any:
    """The next `rows` row numbers after `seen` that are not those of broken rows."""
    ahead = sum(number > seen for number in broken)
    candidates = np.arange(seen + 1, seen + 1 + rows + ahead)
    return candidates[~np.isin(candidates, list(broken))][:rows]
