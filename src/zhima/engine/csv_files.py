"""CSV files, written in whatever way their beginning shows."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

_START_BYTES = 1 << 16
"""What tells how a file is written."""
_BLOCK_BYTES = 64 << 20
"""The longest row that a file may hold."""
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")
_QUOTED = re.compile(r'"[^"]*"?')
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])-?(0,\d+|\d+,(\d{1,2}|\d{4,}))(?![\d.,])")
"""12,5 and 0,125, but not 1,250, which may be a thousand and more."""
_DECIMAL_POINT = re.compile(r"(?<![\d.,])-?\d+\.\d+(?![\d.,])")
_UNREADABLE = "\ufffd"
_PLAIN_SHARE = 0.1
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_COMMON_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class _Written:
    """How a file is written."""

    encoding: str
    separator: str
    header: str
    skipped: int
    """Lines before the header."""
    has_decimal_commas: bool


def read_csv(path: Path, texts: tuple[str, ...]) -> pa.Table:
    """Read a file; `texts` are columns that hold ids, whatever these look like.

    UTF-16 where a byte order mark or the zeros say so, else UTF-8, else GB 18030 where every
    letter that is not plain can be a common one of it, else Windows-1252; separated by what the
    first line holds most of, or names as Excel does (sep=;); with decimal commas only where the
    separator is another. Raises ArrowInvalid with the first row of another length than the header.
    """
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    written = _written(start, _encoding(start))
    converting = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(texts, pa.string()),
        decimal_point="," if written.has_decimal_commas else ".",
    )

    def read(encoding: str) -> pa.Table:
        try:
            return pa_csv.read_csv(path, *_options(path, encoding, written), converting)
        except pa.ArrowInvalid as error:
            raise pa.ArrowInvalid(_odd_row(path, encoding, written) or str(error)) from error

    table = None if _UNREADABLE in written.header else read(written.encoding)
    if table is None or any(pa.types.is_binary(column.type) for column in table.columns):
        table = read("gb18030" if _is_chinese(start) else "cp1252")
    return table


def _written(start: bytes, encoding: str) -> _Written:
    # What the end of the start cuts in two is no fault of the file.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(start).removeprefix("\ufeff")
    named = _SEPARATOR_LINE.match(text)
    header, _, rows = text[named.end() if named else 0 :].partition("\n")
    bare = _QUOTED.sub("", header)
    separator = named[1] if named else max(_SEPARATORS, key=bare.count)
    commas = separator != "," and _DECIMAL_COMMA.search(rows) and not _DECIMAL_POINT.search(rows)
    return _Written(encoding, separator, header, 1 if named else 0, bool(commas))


def _options(
    path: Path,
    encoding: str,
    written: _Written,
    *,
    use_threads: bool = True,
    keep: Callable[[pa_csv.InvalidRow], str] | None = None,
) -> tuple[pa_csv.ReadOptions, pa_csv.ParseOptions]:
    return pa_csv.ReadOptions(
        encoding=encoding,
        block_size=min(path.stat().st_size + 1, _BLOCK_BYTES),
        use_threads=use_threads,
        skip_rows=written.skipped,
    ), pa_csv.ParseOptions(
        delimiter=written.separator, newlines_in_values=True, invalid_row_handler=keep
    )


def _odd_row(path: Path, encoding: str, written: _Written) -> str | None:
    """What is wrong with the first row that is shorter or longer than the header."""
    found: list[pa_csv.InvalidRow] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        found.append(row)
        return "error"

    # In this encoding any byte is a letter: rows are told apart, whatever they hold.
    plain = encoding if encoding.startswith("utf-16") or encoding == "utf-32" else "latin-1"
    # Threads lose count.
    options = _options(path, plain, written, use_threads=False, keep=keep)
    with suppress(pa.ArrowInvalid):
        pa_csv.read_csv(path, *options)
    if not found:
        return None
    row = found[0]
    return (
        f"row {row.number} has {row.actual_columns} fields, and the header {row.expected_columns}"
    )


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-16-le", "utf-16-be"):
        if _plain_units(start, encoding) >= _PLAIN_SHARE:
            return encoding
    return "utf-8"


def _plain_units(start: bytes, encoding: str) -> float:
    """The share of plain signs among the two-byte units of a text, 0 where no line ends in it.

    Digits, separators and line ends are plain in every script; read two at a time, the bytes of
    other encodings hardly ever are.
    """
    whole = start[: len(start) // 2 * 2]
    high, low = (whole[1::2], whole[::2]) if encoding == "utf-16-le" else (whole[::2], whole[1::2])
    plain = [second for first, second in zip(high, low, strict=True) if not first and second < 0x80]
    is_text = not {*b"\r\n"}.isdisjoint(plain)
    return len(plain) / len(high) if is_text else 0.0


def _is_chinese(start: bytes) -> bool:
    """Whether bytes that are no UTF-8 are common letters of GB 18030, two bytes each.

    Letters of Windows-1252 stand alone among plain ones, or are no common letters of it.
    """
    runs = _HIGH_BYTES.findall(start[:-1] if start[-1:] >= b"\x80" else start)
    if not runs or any(len(run) % 2 for run in runs):
        return False
    pairs = [run[place : place + 2] for run in runs for place in range(0, len(run), 2)]
    common = sum(0xA1 <= first <= 0xD7 and second >= 0xA1 for first, second in pairs)
    return common >= _COMMON_SHARE * len(pairs)
