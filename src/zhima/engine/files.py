"""Files: read with errors a person can act on, written whole or not at all.

`reading` and `writing` are the two places where what goes wrong below them, on the disk or in a
library, becomes one sentence that names the file.
"""

from __future__ import annotations

import codecs
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from zhima.engine.kinds import ZhimaError

_HEADER_BYTES = 1 << 16
_UNREADABLE = "\ufffd"
_FAULTS = (OSError, UnicodeError, RecursionError, MemoryError, pa.ArrowException)


@contextmanager
def reading(path: Path | str, *faults: type[Exception]) -> Iterator[None]:
    """Whatever is wrong with a file or with its content becomes a ZhimaError that names it.

    `faults` are the exceptions of a library that this room does not know.
    """
    try:
        yield
    except ZhimaError:
        raise
    except (*_FAULTS, *faults) as error:
        raise ZhimaError(f"cannot read {path}: {_why(error)}") from error


@contextmanager
def writing(path: Path, *faults: type[Exception]) -> Iterator[None]:
    """Whatever is in the way of a file on its way to the disk becomes a ZhimaError."""
    try:
        yield
    except (*_FAULTS, *faults) as error:
        raise ZhimaError(f"cannot write {path}: {_why(error)}") from error


def _why(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is no text from byte {error.start + 1} on; save the file as UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    # Libraries add hints for programmers in further lines.
    return str(error).partition("\n")[0]


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it there on success, remove it on failure.

    A reader sees the old file or the whole new one, never a part. The data is flushed to disk
    before the rename, so that a power cut cannot leave an empty file under the final name. A
    link is followed: what it points to is replaced, not the link.
    """
    require_writable(path)
    target = path.resolve()
    with writing(path):
        handle, name = tempfile.mkstemp(prefix=".zhima-", suffix=path.suffix, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def require_writable(path: Path, *suffixes: str) -> None:
    """Raise ZhimaError when `path` cannot be written, before work is spent on what goes there.

    With `suffixes`, the name must end in one of them.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise ZhimaError(f"cannot write {path}: the name must end in {' or '.join(suffixes)}")
    with writing(path):
        why = _in_the_way(path)
    if why:
        raise ZhimaError(f"cannot write {path}: {why}")


def _in_the_way(path: Path) -> str | None:
    folder = path.parent
    if not folder.is_dir():
        return f"the folder {folder} {'is a file' if folder.exists() else 'does not exist'}"
    if path.is_dir():
        return "it is a folder; name a file in it"
    if path.exists() and not path.is_file():
        return "it is a device, not a file"
    if not os.access(folder, os.W_OK):
        return f"no permission in the folder {folder}"
    return None


def _umask() -> int:
    # POSIX offers no way to read the mask but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def require_file(path: Path) -> None:
    """Raise ZhimaError when there is nothing to read at `path`."""
    require_exists(path)
    if path.is_dir():
        raise ZhimaError(f"cannot read {path}: it is a folder, and a file is expected")


def require_exists(path: Path) -> None:
    """Raise ZhimaError when there is neither a file nor a folder at `path`."""
    with reading(path):
        if not path.exists():
            raise ZhimaError(f"cannot read {path}: no such file")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark; ZhimaError for other files."""
    require_file(path)
    with reading(path):
        return path.read_text(encoding="utf-8").removeprefix("\ufeff")


def read_json(path: Path) -> Any:
    """What a JSON file holds; ZhimaError with the place where it is none."""
    text = read_text(path)
    with reading(path):
        try:
            return json.loads(text)
        except ValueError as error:
            raise ZhimaError(f"cannot read {path}: it is no JSON: {error}") from error


def read_table(
    path: Path, *, columns: tuple[str, ...] | None = None, texts: tuple[str, ...] = ("person_id",)
) -> pa.Table:
    """Read a CSV or Parquet file, all of it or the `columns` named.

    `texts` are columns of a CSV file that hold ids: one may look like a number and begin with a
    nought. ZhimaError names the file and what is wrong with it, a column that it lacks included.
    """
    require_file(path)
    with reading(path):
        if path.suffix.lower() == ".parquet":
            require_columns(pa_parquet.read_schema(path).empty_table(), columns or (), path)
            return pa_parquet.read_table(path, columns=list(columns) if columns else None)
        if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
            table = _read_csv(path, texts)
            require_columns(table, columns or (), path)
            return table.select(list(columns)) if columns else table
    raise ZhimaError(f"cannot read {path}: a .csv or .parquet file is expected")


def _read_csv(path: Path, texts: tuple[str, ...]) -> pa.Table:
    """A CSV file separated by whatever its first line holds most of.

    UTF-16 where a byte order mark says so, else UTF-8, else Windows-1252.
    """
    with path.open("rb") as file:
        start = file.read(_HEADER_BYTES)
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if marked else "utf-8"
    header = start.decode(encoding, errors="replace").partition("\n")[0]
    separator = max(",;\t", key=header.count)
    parsing = pa_csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    ids = pa_csv.ConvertOptions(column_types=dict.fromkeys(texts, pa.string()))
    if _UNREADABLE not in header:
        table = pa_csv.read_csv(path, pa_csv.ReadOptions(encoding=encoding), parsing, ids)
        if not any(pa.types.is_binary(column.type) for column in table.columns):
            return table
    return pa_csv.read_csv(path, pa_csv.ReadOptions(encoding="cp1252"), parsing, ids)


def write_table(table: pa.Table, path: Path) -> None:
    """Write `table` to a .parquet or .csv file, whole or not at all."""
    require_writable(path, ".parquet", ".csv")
    with atomic(path) as temporary:
        fill(temporary, table)


def fill(temporary: Path, table: pa.Table) -> None:
    """Write `table` to what `atomic` gave: as Parquet, or as CSV where the name ends so."""
    if temporary.suffix.lower() == ".csv":
        pa_csv.write_csv(table, temporary)
    else:
        pa_parquet.write_table(table, temporary, compression="zstd")


def require_columns(table: pa.Table, columns: tuple[str, ...], path: Path | str) -> None:
    """Raise a ZhimaError that names the columns `table` lacks and those it has."""
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise ZhimaError(
            f"{path} lacks the column {', '.join(missing)}; it has {', '.join(table.column_names)}"
        )
