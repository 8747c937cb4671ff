"""Columns cut into fine cells on which every trainer works; the card merges them afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.scorecard import columns
from zhima.engine.scorecard.apply import axis_cells
from zhima.engine.scorecard.card import Axis, CategoricalAxis, NumericAxis
from zhima.engine.scorecard.sample import MAX_LEVELS, MIN_LEVEL_ROWS, Sample

Codes = npt.NDArray[np.uint16]

_CODES_BELOW = (-1.0, -2.0, -7.0, -8.0, -9.0, -99.0, -999.0, -9999.0)
_CODES_ABOVE = tuple(10.0**digits - back for digits in (2, 3, 4, 5, 6) for back in (4, 3, 2, 1))
"""What surveys and bureaus write for "refused", "unknown" and the like: 96-99, 996-999 ..."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One axis a column; the cells of the training rows."""

    axes: tuple[Axis, ...]
    codes: Codes
    """Cell of each row on each axis, shape (n, axes)."""

    def sizes(self) -> list[int]:
        return [axis.n_cells for axis in self.axes]


def cut(sample: Sample, special: Mapping[str, tuple[float, ...]]) -> Grid:
    """Cut every column of a sample; `special` names codes to keep apart, else they are guessed."""
    axes = tuple(_axis(sample, name, special.get(name)) for name in sample.kinds)
    return Grid(axes, cells(axes, sample.table))


def cells(axes: tuple[Axis, ...], table: pa.Table) -> Codes:
    """The cell of each row on each axis, shape (n, axes)."""
    return np.column_stack([axis_cells(axis, table) for axis in axes])


def special_codes(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Conventional codes that stand well apart from the rest of a column."""
    distinct = np.unique(values)
    below = [value for value in distinct if value < 0]
    if below and len(below) < len(distinct) and set(below) <= set(_CODES_BELOW[2:]):
        return tuple(map(float, below))
    above = [value for value in distinct if value in _CODES_ABOVE]
    rest = distinct[~np.isin(distinct, above)]
    apart = [value for value in above if len(rest) and value > 3 * max(rest.max(), 1)]
    return tuple(map(float, apart))


def plain_cut(low: float, high: float) -> float:
    """The roundest number in (low, high]: cards are read by people."""
    size, gap = max(abs(high), abs(low), 1), high / 2 - low / 2
    if not 1e-290 < gap < 1e290 or size > 1e290:
        # Beyond, powers of ten are no numbers any more.
        return high
    for digits in range(-int(math.log10(size)) - 1, 2 - int(math.log10(gap))):
        unit = 10.0**-digits
        middle = round(math.floor((low + high) / 2 / unit) * unit, max(digits, 0))
        for candidate in (middle, round(middle + unit, max(digits, 0))):
            if low < candidate <= high:
                return candidate
    return high


def _axis(sample: Sample, name: str, special: tuple[float, ...] | None) -> Axis:
    array = columns.column(sample.table, name)
    if sample.kinds[name] == "categorical":
        return CategoricalAxis(feature=name, levels=_levels(array, name, sample.bad))
    values = columns.numbers(array, name).astype(np.float64)
    values = values[np.isfinite(values)]
    codes = special_codes(values) if special is None else special
    return NumericAxis(
        feature=name,
        edges=_edges(values[~np.isin(values, codes)], _fineness(len(sample.bad))),
        special=codes,
    )


def _fineness(rows: int) -> int:
    return 24 if rows < 5_000 else 64


def _edges(values: npt.NDArray[np.float64], bins: int) -> tuple[float, ...]:
    distinct = np.unique(values)
    if len(distinct) <= bins:
        upper = np.arange(1, len(distinct))
    else:
        shares = np.arange(1, bins) / bins
        marks = np.quantile(values, shares, method="inverted_cdf")
        # both sides of a value that many rows share, so that it can stand alone
        upper = np.unique(np.searchsorted(distinct, marks, side="right"))
        heavy = np.unique(marks[:-1][marks[:-1] == marks[1:]])
        upper = np.union1d(upper, np.searchsorted(distinct, heavy))
        upper = upper[(upper > 0) & (upper < len(distinct))]
    return tuple(
        sorted({plain_cut(float(distinct[i - 1]), float(distinct[i])) for i in upper.tolist()})
    )


def _levels(array: pa.Array, name: str, bad: npt.NDArray[np.float64]) -> tuple[str, ...]:
    """Frequent levels, from the least to the most bad, so that order means something."""
    codes, names = columns.levels(array, name)
    seen = codes >= 0
    count = np.bincount(codes[seen], minlength=len(names))
    bad_count = np.bincount(codes[seen], bad[seen], minlength=len(names))
    # shrunk towards the mean as if ten average rows were added
    rate = (bad_count + 10 * bad.mean()) / (count + 10)
    frequent = [
        i for i in np.argsort(-count, kind="stable")[:MAX_LEVELS] if count[i] >= MIN_LEVEL_ROWS
    ]
    return tuple(names[i] for i in sorted(frequent, key=lambda i: (rate[i], names[i])))
