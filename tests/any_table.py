"""Columns and outcomes as strangers bring them, by a name that says what they are.

tests/cases/tables.yaml says of each what becomes of it; tests/properties/test_any_table.py mixes
them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

Random = np.random.Generator
MADE_OF = Callable[[Random, int], Any]

THE_OUTCOME = "the outcome"
"""A column that holds what is to be foretold."""
INT64 = np.iinfo(np.int64)


def _some(random: Random, rows: int) -> Any:
    return random.integers(0, 7, rows)


def _nearly(value: float) -> MADE_OF:
    """Ordinary numbers, and one that is not."""

    def made(random: Random, rows: int) -> Any:
        values = random.normal(size=rows)
        values[random.integers(rows)] = value
        return values

    return made


def _typed(kind: pa.DataType) -> MADE_OF:
    return lambda random, rows: pa.array(_some(random, rows)).cast(kind)


def _of(*values: Any, kind: pa.DataType | None = None) -> MADE_OF:
    """Each row one of some values."""
    return lambda random, rows: pa.array(
        [values[place] for place in random.integers(len(values), size=rows)], kind
    )


def _text(kind: pa.DataType) -> MADE_OF:
    return _of("drill", "saw", None, kind=kind)


def _encoded(random: Random, rows: int) -> Any:
    ends = np.unique([*random.integers(1, rows + 1, 4), rows])
    return pa.RunEndEncodedArray.from_arrays(ends.astype(np.int32), random.normal(size=len(ends)))


COLUMNS: dict[str, MADE_OF] = {
    "whole numbers": _some,
    "one value of 1e300": _nearly(1e300),
    "one value of -1.7e308": _nearly(-1.7e308),
    "one value of 5e-324": _nearly(5e-324),
    "one infinity": _nearly(np.inf),
    "one NaN": _nearly(np.nan),
    "hardly a difference": lambda random, rows: 1e16 + 2.0 * _some(random, rows),
    "tiny numbers": lambda random, rows: random.normal(size=rows) * 1e-200,
    "zeros of both signs": _of(0.0, -0.0),
    "infinities of both signs": _of(np.inf, -np.inf, 1.0),
    "the ends of int64": _of(INT64.min, -1, 0, INT64.max),
    "the end of uint64": _of(0, 2**64 - 1, kind=pa.uint64()),
    "half floats": lambda random, rows: random.normal(size=rows).astype(np.float16),
    "single floats": lambda random, rows: random.normal(size=rows).astype(np.float32),
    "bytes of eight bits": _typed(pa.int8()),
    "decimals": _of(Decimal("1.50"), Decimal("-3.25"), None),
    "wide decimals": _of(Decimal("1.5"), Decimal("9" * 60), kind=pa.decimal256(70, 2)),
    "truth values": _of(True, False, None),
    "durations": _typed(pa.duration("ms")),
    "times of day": lambda random, rows: pa.array(_some(random, rows) * 1000, pa.int64()).cast(
        pa.time64("us")
    ),
    "seconds of day": _of(3600, 7200, kind=pa.time32("s")),
    "dates": _typed(pa.date64()),
    "moments": _typed(pa.timestamp("ns", "UTC")),
    "moments beyond all calendars": _of(2**62, 1, kind=pa.timestamp("us")),
    "nothing, of no type": lambda random, rows: pa.nulls(rows),
    "nothing, of text": lambda random, rows: pa.nulls(rows, pa.string()),
    "nothing but NaN": lambda random, rows: np.full(rows, np.nan),
    "always the same": lambda random, rows: np.full(rows, 3),
    "text": _text(pa.string()),
    "large text": _text(pa.large_string()),
    "text as a view": _text(pa.string_view()),
    "text as bytes": _text(pa.binary()),
    "levels": lambda random, rows: _text(pa.string())(random, rows).dictionary_encode(),
    "levels of numbers": lambda random, rows: pa.array(_some(random, rows)).dictionary_encode(),
    "runs": _encoded,
    "numbers as text": _of("1.5", "$1,200", "n/a", "12 %"),
    "signs nobody prints": _of("a\0b", "\x7f", "\u2028", "\ufeff", "\x85", ""),
    "faces and scripts": _of("🦊", "老王", "עברית", " ", "'\"{}[]:#&*!|>%@`"),
    "words of YAML": _of("null", "true", "1", "1.0", "~", "yes", "<<", "- a"),
    "very long text": _of("x" * 5000, "y\n" * 3000),
    "other and missing": _of("other", "missing", None),
    "bytes that are no text": _of(b"\xff\xfe", b"\x00"),
    "lists": _of([1, 2], [], None),
    "structs": _of({"a": 1}, None),
    "as many values as rows": lambda random, rows: random.permutation(rows) * 1.37,
    "5000 categories": lambda random, rows: [f"c{i}" for i in random.integers(0, 5000, rows)],
    "as many texts as rows": lambda random, rows: [f"note {i}" for i in range(rows)],
}

TARGETS: dict[str, MADE_OF] = {
    "0 and 1": _of(0, 1),
    "0.0 and 1.0": _of(0.0, 1.0),
    "half floats": lambda random, rows: random.integers(0, 2, rows).astype(np.float16),
    "true and false": _of(True, False),
    "yes and no": _of("yes", "no", kind=pa.string_view()),
    "Yes, yes and NO": _of("Yes", "yes ", "NO"),
    "levels of good and bad": lambda random, rows: _of("good", "bad")(
        random, rows
    ).dictionary_encode(),
    "1.0 and 0 as text": _of("1.0", "0"),
    "decimals": _of(Decimal(0), Decimal(1)),
    "1 and 2": _of(1, 2),
    "zeros of both signs and 1": _of(0.0, -0.0, 1.0),
    "with gaps": _of(0, 1, None),
    "with NaN": _of(0.0, 1.0, np.nan),
    "three values": _of(0, 1, 2),
    "one value": _of(1),
    "nothing": lambda random, rows: pa.nulls(rows),
    "lists": _of([0], [1]),
    "dates": _typed(pa.date64()),
    "hardly anybody": lambda random, rows: (np.arange(rows) < 5).astype(int),
    "infinity": _of(0.0, np.inf),
    "是 and 否": _of("是", "否"),
}


def table_of(
    columns: dict[str, str], target: str, *, rows: int, seed: int, outcome: str = "y"
) -> pa.Table:
    """A table with columns by name, each of a kind of COLUMNS, and an outcome of TARGETS.

    The outcome comes last, or after it what repeats it.
    """
    random = np.random.default_rng(seed)
    made = {name: COLUMNS[kind](random, rows) for name, kind in columns.items() if kind in COLUMNS}
    made[outcome] = TARGETS[target](random, rows)
    made |= {name: made[outcome] for name, kind in columns.items() if kind == THE_OUTCOME}
    return pa.table({name: pa.array(values) for name, values in made.items()})
