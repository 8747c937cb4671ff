"""Columns of a plain table as a card reads them: numbers with NaN for absence, or level names.

Whatever a table brings passes `column`, which admits it as one of the few types the rest knows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import require_columns, require_distinct
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard.card import number

Columns: TypeAlias = Mapping[str, Any] | pa.Table


ABSENT_WORDS = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none", "nil", "missing"})
"""What a column of numbers written as text holds where there is no number (any case)."""
_UNIT = r"[$€£¥￥₽%元]"
_BLANK = "[ \u00a0\u2009\u202f]"
_WITH_SIGNS = (
    rf"^[-+]?{_UNIT}?{_BLANK}?[-+]?([0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+"
    rf"|[0-9]{{1,3}}({_BLANK}[0-9]{{3}})+|[0-9]{{1,3}}('[0-9]{{3}})+)(\.[0-9]*)?{_BLANK}?{_UNIT}?$"
)
_SIGNS = rf"{_UNIT}|{_BLANK}|[,']"
"""What people write around numbers: 1,250.00 or $1,250 or 12.5 %; the unit stays the column's."""


def n_rows(columns: Columns) -> int:
    """Rows of a table; ZhimaError when its columns differ in length."""
    if isinstance(columns, pa.Table):
        return int(columns.num_rows)
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ZhimaError(f"the columns differ in length: {lengths}")
    return next(iter(lengths.values()), 0)


def column(columns: Columns, name: str) -> pa.Array:
    """One column as an Arrow array in one piece, `admitted`; ZhimaError when the table lacks it."""
    names = columns.column_names if isinstance(columns, pa.Table) else list(columns)
    require_columns(names, (name,), "the table")
    if not isinstance(columns, pa.Table):
        return as_arrow(columns[name], name)
    require_distinct(names, "the table", only=(name,))
    chunks = columns.column(name)
    return admitted(chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks())


def chosen(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """Some columns of a table, each `admitted`, levels as their text: rows can be taken of it."""
    arrays = {name: column(table, name) for name in names}
    return pa.table(
        {
            name: array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
            for name, array in arrays.items()
        }
    )


def as_arrow(values: Any, name: str) -> pa.Array:
    """A numpy array, list or Arrow array as an Arrow array; NaN in objects counts as absent."""
    if isinstance(values, pa.ChunkedArray):
        return admitted(values.combine_chunks())
    if isinstance(values, pa.Array):
        return admitted(values)
    try:
        return admitted(pa.array(values, from_pandas=True))
    except (pa.ArrowException, OverflowError) as error:
        raise ZhimaError(f"the column {name} mixes kinds of values: {error}") from error


def admitted(array: pa.Array) -> pa.Array:
    """An array of any Arrow type as integers, floats, truth values, text or levels of text.

    Decimals become floats, durations and times of day seconds, bytes that are UTF-8 text. Dates,
    lists and other bytes stay what they are: no card can speak about them.
    """
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return admitted(array.storage)
    if pa.types.is_run_end_encoded(kind):
        return admitted(pc.run_end_decode(array))
    if pa.types.is_dictionary(kind):
        return array if is_text(kind.value_type) else admitted(array.dictionary_decode())
    if pa.types.is_float16(kind):
        return array.cast(pa.float32())
    if pa.types.is_decimal(kind):
        return array.cast(pa.float64())
    if pa.types.is_duration(kind) or pa.types.is_time(kind):
        return _seconds(array)
    if pa.types.is_string_view(kind):
        return array.cast(pa.large_string())
    return _as_text(array) if _is_bytes(kind) else array


def _seconds(array: pa.Array) -> pa.Array:
    ticks = array.cast(pa.int32()) if pa.types.is_time32(array.type) else array
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[array.type.unit]
    return pc.divide(ticks.cast(pa.int64()).cast(pa.float64(), safe=False), float(per_second))


def _is_bytes(kind: pa.DataType) -> bool:
    sizes = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(is_one(kind) for is_one in (*sizes, pa.types.is_binary_view))


def _as_text(array: pa.Array) -> pa.Array:
    # Old writers of Parquet do not say that their bytes are text.
    try:
        return array.cast(pa.large_string())
    except pa.ArrowInvalid:
        return array


def numbers(array: pa.Array, name: str) -> npt.NDArray[Any]:
    """The numbers of a column, NaN where absent; integers without gaps keep their type.

    Text is parsed; a text that is neither a number nor a word for absence is a ZhimaError.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if is_text(array.type):
        return _parsed(array, name)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return array.to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(array.type):
        return array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    if pa.types.is_null(array.type):
        return np.full(len(array), np.nan)
    raise ZhimaError(f"the column {name} holds {array.type}, the card needs numbers")


def number_of(value: Any, name: str) -> float:
    """One value as a number, NaN when absent or infinite; the same rule as `numbers`."""
    if value is None:
        return math.nan
    if isinstance(value, str):
        value = value.strip()
        if re.search(_WITH_SIGNS, value):
            value = re.sub(_SIGNS, "", value)
        value = math.nan if value.lower() in ABSENT_WORDS else value
    try:
        parsed = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ZhimaError(f"the feature {name} needs a number, not {value!r}") from error
    return parsed if math.isfinite(parsed) else math.nan


def level_of(value: Any) -> str | None:
    """One value as a level name, None when absent: whole numbers lose their `.0`, "" is absent."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return number(float(value))
    return str(value)


def levels(array: pa.Array, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Level numbers, -1 where absent, and the level names they stand for."""
    if pa.types.is_temporal(array.type):
        array = _written_out(array, name)
    if not is_plain(array.type):
        raise ZhimaError(f"the column {name} holds {array.type}, the card needs single values")
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    names = [level_of(value) for value in coded.dictionary.to_pylist()]
    distinct = list(dict.fromkeys(level for level in names if level is not None))
    place: dict[str | None, int] = {level: index for index, level in enumerate(distinct)}
    lookup = np.array([*(place.get(level, -1) for level in names), -1], dtype=np.int32)
    codes = coded.indices.cast(pa.int32()).fill_null(len(names))
    return lookup[codes.to_numpy(zero_copy_only=False)], distinct


def _written_out(array: pa.Array, name: str) -> pa.Array:
    # Python's own dates end with the year 9999.
    try:
        return array.cast(pa.string())
    except pa.ArrowException as error:
        raise ZhimaError(f"the column {name} holds {array.type}: {error}") from error


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, and so levels rather than numbers."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_plain(kind: pa.DataType) -> bool:
    """Whether an admitted column holds something that a card can speak about."""
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    return bool(numeric or is_text(kind) or pa.types.is_dictionary(kind) or pa.types.is_null(kind))


def plain_numbers(array: pa.Array) -> pa.Array:
    """Text as numbers are parsed: without blanks, currency and per cent signs, commas of thousands.

    Words for absence turn to null.
    """
    trimmed = pc.utf8_trim_whitespace(array)
    signed = pc.match_substring_regex(trimmed, _WITH_SIGNS)
    bare = pc.replace_substring_regex(trimmed, _SIGNS, "")
    trimmed = pc.if_else(signed, bare, trimmed)
    words = pa.array(sorted(ABSENT_WORDS), type=array.type)
    return pc.if_else(
        pc.is_in(pc.utf8_lower(trimmed), value_set=words), pa.scalar(None, array.type), trimmed
    )


def _parsed(array: pa.Array, name: str) -> npt.NDArray[np.float64]:
    said = plain_numbers(array)
    try:
        return said.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid as error:
        raise ZhimaError(f"the column {name} needs numbers: {error}") from error
