"""A card applied: to a table in blocks, to one person with reasons."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import Factor
from zhima.engine.scorecard import lookup
from zhima.engine.scorecard.card import Axis, Card, CategoricalAxis, Item, NumericAxis, Pair
from zhima.engine.scorecard.columns import (
    Columns,
    column,
    level_of,
    levels,
    n_rows,
    number_of,
    numbers,
)

Points = tuple[str, str, int]
"""Item, label of the cell, points."""


class Line(NamedTuple):
    """One item of one person's card, as a receipt prints it."""

    item: str
    feature: str
    factor: Factor
    value: str
    label: str
    points: int


@dataclass(frozen=True)
class Applied:
    """A card applied to a table of n rows."""

    card: Card
    total: npt.NDArray[np.int32]
    """Base points and the points of every item, shape (n,)."""
    _readers: tuple[_ItemReader, ...]

    def item_points(self) -> npt.NDArray[np.int32]:
        """Points item by item, shape (n, items); a row plus base points sums to its total."""
        columns = [reader.points[cells] for reader, cells in self._cells()]
        return _side_by_side(columns, len(self.total), np.dtype(np.int32))

    def cells(self) -> npt.NDArray[np.uint16]:
        """The cell of each row in each item, shape (n, items); `label` names it."""
        return _side_by_side(
            [cells for _, cells in self._cells()], len(self.total), np.dtype(np.uint16)
        )

    def labels(self) -> tuple[tuple[str, ...], ...]:
        """For each item the names of its cells."""
        return tuple(item_labels(item) for item in self.card.items())

    def _cells(self) -> Iterator[tuple[_ItemReader, lookup.Cells]]:
        for reader in self._readers:
            cells = np.empty(len(self.total), dtype=np.uint16)
            reader.cells(slice(0, len(cells)), cells)
            yield reader, cells


def apply(card: Card, columns: Columns, *, threads: int | None = None) -> Applied:
    """Sum the points of every row of a table; ZhimaError names a column that is lacking.

    Absent and infinite values get the points for missing, unknown levels those for other.
    """
    readers = tuple(_ItemReader(item, columns) for item in card.items())
    total = np.full(n_rows(columns), card.base_points, dtype=np.int32)
    blocks = [
        slice(start, min(start + lookup.BLOCK_ROWS, len(total)))
        for start in range(0, len(total), lookup.BLOCK_ROWS)
    ]
    workers = min(threads or os.cpu_count() or 1, max(len(blocks), 1))
    with ThreadPoolExecutor(workers) as pool:
        shares = [blocks[worker::workers] for worker in range(workers)]
        list(pool.map(lambda share: _add_blocks(readers, share, total), shares))
    return Applied(card, total, readers)


def axis_cells(axis: Axis, columns: Columns) -> lookup.Cells:
    """The cell of each row of a table on one axis, shape (n,)."""
    out = np.empty(n_rows(columns), dtype=np.uint16)
    _AxisReader(axis, columns).cells(slice(0, len(out)), out)
    return out


def apply_one(card: Card, values: Mapping[str, Any]) -> list[Points]:
    """Item, cell label and points of one person, in the order of the card.

    The sum with `card.base_points` is the total that `apply` gives. A feature that `values` does
    not mention is missing. A text where a number belongs is a ZhimaError.
    """
    return [read(values) for read in _one_person(card)]


def explain_one(card: Card, values: Mapping[str, Any]) -> list[Line]:
    """`apply_one` with the feature, its factor and its value, for a receipt."""
    return [
        Line(
            item=name,
            feature=head.feature,
            factor=head.factor,
            value=" × ".join([level_of(values.get(name)) or "" for name in head.features]),
            label=label,
            points=points,
        )
        for head, (name, label, points) in zip(_heads(card), apply_one(card, values), strict=True)
    ]


def item_labels(item: Item) -> tuple[str, ...]:
    """Names of the cells of an item, in the order of its points."""
    if isinstance(item, Pair):
        second = item.second.labels()
        return tuple(f"{row} and {label}" for row in item.first.labels() for label in second)
    return item.axis.labels()


class _AxisReader:
    """One axis over one table: writes the cells of a block of rows."""

    def __init__(self, axis: Axis, columns: Columns) -> None:
        array = column(columns, axis.feature)
        if isinstance(axis, NumericAxis):
            self.values: npt.NDArray[Any] = numbers(array, axis.feature)
            self.edges = np.array(axis.edges, dtype=np.float64)
            self.special = np.array(axis.special, dtype=np.float64)
        else:
            self.values, names = levels(array, axis.feature)
            self.places = _places(axis, names)
        self.numeric = isinstance(axis, NumericAxis)

    def cells(self, rows: slice, out: lookup.Cells) -> None:
        values = self.values[rows]
        if self.numeric:
            exact = np.ascontiguousarray(values, dtype=np.float64)
            lookup.numeric_cells(exact, self.edges, self.special, out)
        else:
            lookup.level_cells(values, self.places, out)


class _ItemReader:
    """One item over one table."""

    def __init__(self, item: Item, columns: Columns) -> None:
        self.points = np.array(item.cells(), dtype=np.int32)
        self.axes = [_AxisReader(axis, columns) for axis in item.axes]
        self.n_second = item.axes[-1].n_cells

    def cells(self, rows: slice, out: lookup.Cells) -> None:
        self.axes[0].cells(rows, out)
        if len(self.axes) == 2:
            second = np.empty_like(out)
            self.axes[1].cells(rows, second)
            lookup.cross_cells(out, second, self.n_second)


def _add_blocks(
    readers: tuple[_ItemReader, ...], blocks: list[slice], total: npt.NDArray[np.int32]
) -> None:
    for rows in blocks:
        cells = np.empty(rows.stop - rows.start, dtype=np.uint16)
        for reader in readers:
            reader.cells(rows, cells)
            lookup.add_points(cells, reader.points, total[rows])


def _places(axis: CategoricalAxis, names: list[str]) -> npt.NDArray[np.uint16]:
    place = {level: cell for cell, level in enumerate(axis.levels)}
    other = len(axis.levels)
    return np.array([*(place.get(name, other) for name in names), other + 1], dtype=np.uint16)


def _side_by_side(columns: list[npt.NDArray[Any]], n: int, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.column_stack(columns) if columns else np.empty((n, 0), dtype=kind)


class _Head(NamedTuple):
    """What a receipt says of an item whoever the person is."""

    features: tuple[str, ...]
    feature: str
    factor: Factor


@lru_cache(maxsize=64)
def _heads(card: Card) -> tuple[_Head, ...]:
    named = [(tuple(axis.feature for axis in item.axes), item.factor) for item in card.items()]
    return tuple(_Head(features, " × ".join(features), factor) for features, factor in named)


@lru_cache(maxsize=64)
def _one_person(card: Card) -> tuple[Callable[[Mapping[str, Any]], Points], ...]:
    """One reader an item: everything it can answer is made beforehand."""
    return tuple(_item_reader(item) for item in card.items())


def _item_reader(item: Item) -> Callable[[Mapping[str, Any]], Points]:
    labels = item_labels(item)
    answers = [
        (item.name, label, points) for label, points in zip(labels, item.cells(), strict=True)
    ]
    if not isinstance(item, Pair):
        cell = _cell_reader(item.axis)
        return lambda values: answers[cell(values)]
    first, second, width = _cell_reader(item.first), _cell_reader(item.second), item.second.n_cells
    return lambda values: answers[first(values) * width + second(values)]


def _cell_reader(axis: Axis) -> Callable[[Mapping[str, Any]], int]:
    feature = axis.feature
    if isinstance(axis, CategoricalAxis):
        place: dict[str | None, int] = {level: cell for cell, level in enumerate(axis.levels)}
        other = len(axis.levels)
        place[None] = other + 1
        return lambda values: place.get(level_of(values.get(feature)), other)
    edges, missing = axis.edges, axis.n_cells - 1
    codes = {code: len(edges) + 1 + index for index, code in enumerate(axis.special)}

    def numeric_cell(values: Mapping[str, Any]) -> int:
        value = values.get(feature)
        if value.__class__ is not float:
            value = number_of(value, feature)
        # NaN and infinities alone differ from themselves by something
        if value - value != 0:
            return missing
        return codes[value] if value in codes else bisect_right(edges, value)

    return numeric_cell
