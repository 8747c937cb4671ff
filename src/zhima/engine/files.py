"""Tables on disk: read with errors a person can act on, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from zhima.engine.kinds import ZhimaError


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it there on success, remove it on failure.

    A reader sees the old file or the whole new one, never a part. The data is flushed to disk
    before the rename, so that a power cut cannot leave an empty file under the final name.
    """
    require_writable(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(path: Path) -> None:
    """Raise ZhimaError when `path` cannot be written, before work is spent on what goes there."""
    if not path.parent.is_dir():
        raise ZhimaError(f"cannot write {path}: the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise ZhimaError(f"cannot write {path}: no permission in the folder {path.parent}")


def _umask() -> int:
    # POSIX offers no way to read the mask but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_table(path: Path, *, columns: tuple[str, ...] | None = None) -> pa.Table:
    """Read a CSV or Parquet file, all of it or the `columns` named.

    ZhimaError names the file and what is wrong with it, a column that it lacks included.
    """
    if not path.is_file():
        raise ZhimaError(f"cannot read {path}: no such file")
    try:
        if path.suffix.lower() == ".parquet":
            require_columns(pa_parquet.read_schema(path).empty_table(), columns or (), path)
            return pa_parquet.read_table(path, columns=list(columns) if columns else None)
        if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
            table = _read_csv(path)
            require_columns(table, columns or (), path)
            return table.select(list(columns)) if columns else table
    except (pa.ArrowInvalid, OSError) as error:
        raise ZhimaError(f"cannot read {path}: {error}") from error
    raise ZhimaError(f"cannot read {path}: a .csv or .parquet file is expected")


def _read_csv(path: Path) -> pa.Table:
    """A CSV file separated by whatever its first line holds most of; UTF-8, else Windows-1252."""
    with path.open("rb") as file:
        header = file.readline()
    separator = max(",;\t", key=lambda mark: header.count(mark.encode()))
    parsing = pa_csv.ParseOptions(delimiter=separator)
    table = pa_csv.read_csv(path, parse_options=parsing)
    if not any(pa.types.is_binary(column.type) for column in table.columns):
        return table
    western = pa_csv.ReadOptions(encoding="cp1252")
    return pa_csv.read_csv(path, parse_options=parsing, read_options=western)


def write_table(table: pa.Table, path: Path) -> None:
    """Write `table` to a .parquet or .csv file, whole or not at all."""
    with atomic(path) as temporary:
        if path.suffix == ".parquet":
            pa_parquet.write_table(table, temporary, compression="zstd")
        elif path.suffix == ".csv":
            pa_csv.write_csv(table, temporary)
        else:
            raise ZhimaError(f"cannot write {path}: the name must end in .parquet or .csv")


def require_columns(table: pa.Table, columns: tuple[str, ...], path: Path | str) -> None:
    """Raise a ZhimaError that names the columns `table` lacks and those it has."""
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise ZhimaError(
            f"{path} lacks the column {', '.join(missing)}; it has {', '.join(table.column_names)}"
        )
