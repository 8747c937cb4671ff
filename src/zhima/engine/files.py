"""Files: read with errors a person can act on, written whole or not at all.

`reading` and `writing` are the two places where what goes wrong below them, on the disk or in a
library, becomes one sentence that names the file.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from zhima.engine.csv_files import read_csv
from zhima.engine.kinds import ZhimaError

MOST_LISTED = 40
"""Names in one sentence."""
_DECODED_BYTES = 8 << 20
MOST_WRITTEN = 16 << 20
"""Bytes of a file that somebody wrote: a card, a rulebook, a map."""
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


def read_text(path: Path, *, most_bytes: int | None = None) -> str:
    """The text of a UTF-8 file, without its byte order mark; ZhimaError for other files.

    A file of more than `most_bytes` is refused before it is read.
    """
    require_file(path)
    with reading(path):
        size = path.stat().st_size
        if most_bytes is not None and size > most_bytes:
            raise ZhimaError(
                f"cannot read {path}: it has {size:,} bytes, and at most {most_bytes:,} are "
                "expected of a file that somebody wrote"
            )
        return path.read_text(encoding="utf-8").removeprefix("\ufeff")


def require_utf8(path: Path) -> None:
    """Raise ZhimaError with the first byte of a file that is no UTF-8; a second a gigabyte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    begun = 0
    with reading(path), path.open("rb") as file:
        while block := file.read(_DECODED_BYTES):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                place = begun - held + error.start + 1
                raise ZhimaError(
                    f"cannot read {path}: it is no UTF-8 from byte {place:,} on; "
                    "save it so, or name its encoding"
                ) from error
            begun += len(block)


def read_json(path: Path) -> Any:
    """What a JSON file holds; ZhimaError with the place where it is none."""
    text = read_text(path)
    with reading(path):
        try:
            return parse_json(text)
        except ValueError as error:
            raise ZhimaError(f"cannot read {path}: it is no JSON: {error}") from error


def parse_json(text: str) -> Any:
    """What JSON says that means one thing to every reader; ValueError or RecursionError else.

    Refused are names that are said twice, numbers that are none, and halves of characters.
    """
    said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    # Only an escape can bring half a character, which no database and no file takes.
    if "\\u" in text:
        json.dumps(said, ensure_ascii=False).encode("utf-8")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is said twice: each reader would choose another value")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _no_number(digits)


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
            schema = pa_parquet.read_schema(path)
            require_distinct(schema.names, path)
            require_columns(schema.empty_table(), columns or (), path)
            # A folder called month=5 above the file is no column of it.
            return pa_parquet.read_table(
                path, columns=list(columns) if columns else None, partitioning=None
            )
        if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
            table = read_csv(path, texts)
            require_distinct(table.column_names, path)
            require_columns(table, columns or (), path)
            return table.select(list(columns)) if columns else table
    raise ZhimaError(f"cannot read {path}: a .csv or .parquet file is expected")


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


def require_columns(
    names: Sequence[str] | pa.Table, columns: Sequence[str], path: Path | str
) -> None:
    """Raise a ZhimaError that names the columns a table lacks and those it has."""
    has = names.column_names if isinstance(names, pa.Table) else names
    missing = [column for column in columns if column not in has]
    if missing:
        raise ZhimaError(f"{path} lacks the column {listed(missing)}; it has {listed(has)}")


def listed(names: Sequence[str]) -> str:
    """Names for a sentence, the first of them when there are many."""
    shown = ", ".join(map(str, names[:MOST_LISTED]))
    more = len(names) - MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown or "none"


def require_distinct(
    names: Sequence[str], path: Path | str, *, only: Sequence[str] | None = None
) -> None:
    """Raise a ZhimaError when a column, or one of `only`, is in a table more than once."""
    for name in names if only is None else only:
        if names.count(name) > 1:
            raise ZhimaError(
                f"{path} has the column {name} {names.count(name)} times; rename all but one"
            )
