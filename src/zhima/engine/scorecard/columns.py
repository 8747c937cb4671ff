"""Columns of a plain table as a card reads them: numbers with NaN for absence, or level names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard.card import number

Columns: TypeAlias = Mapping[str, Any] | pa.Table


ABSENT_WORDS = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none", "nil", "missing"})
"""What a column of numbers written as text holds where there is no number (any case)."""
_WITH_SIGNS = r"^[-+]?[$€£¥]? ?[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)? ?%?$"
_SIGNS = "[$€£¥,% ]"
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
    """One column as an Arrow array in one piece; ZhimaError when the table lacks it."""
    names = columns.column_names if isinstance(columns, pa.Table) else list(columns)
    if name not in names:
        raise ZhimaError(f"the table lacks the column {name}; it has {', '.join(map(str, names))}")
    if isinstance(columns, pa.Table):
        if names.count(name) > 1:
            raise ZhimaError(
                f"the table has {names.count(name)} columns called {name}; rename them"
            )
        chunks = columns.column(name)
        return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()
    return as_arrow(columns[name], name)


def as_arrow(values: Any, name: str) -> pa.Array:
    """A numpy array, list or Arrow array as an Arrow array; NaN in objects counts as absent."""
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    if isinstance(values, pa.Array):
        return values
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ZhimaError(f"the column {name} mixes kinds of values: {error}") from error


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
    if pa.types.is_boolean(array.type) or pa.types.is_decimal(array.type):
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
    except (TypeError, ValueError) as error:
        raise ZhimaError(f"the feature {name} needs a number, not {value!r}") from error
    return parsed if math.isfinite(parsed) else math.nan


def level_of(value: Any) -> str | None:
    """One value as a level name, None when absent: whole numbers lose their `.0`, "" is absent."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.number)):
        return number(float(value))
    return str(value)


def levels(array: pa.Array) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Level numbers, -1 where absent, and the level names they stand for."""
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    names = [level_of(value) for value in coded.dictionary.to_pylist()]
    distinct = list(dict.fromkeys(name for name in names if name is not None))
    place: dict[str | None, int] = {name: index for index, name in enumerate(distinct)}
    lookup = np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int32)
    codes = coded.indices.cast(pa.int32()).fill_null(len(names))
    return lookup[codes.to_numpy(zero_copy_only=False)], distinct


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, and so levels rather than numbers."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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
