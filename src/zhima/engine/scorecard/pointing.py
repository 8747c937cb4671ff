"""From log-odds on fine cells to the integer points of a card."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import Factor
from zhima.engine.scorecard import merging
from zhima.engine.scorecard.additive import Floats
from zhima.engine.scorecard.card import (
    Attribute,
    Axis,
    CategoricalAttribute,
    CategoricalAxis,
    Direction,
    NumericAttribute,
    NumericAxis,
    Pair,
    Scale,
)
from zhima.engine.scorecard.pairing import CoarsePair
from zhima.engine.scorecard.recipe import Learned, coarse_of


def points_of(
    learned: Learned,
    scale: Scale,
    *,
    directions: Mapping[str, Direction],
    factors: Mapping[str, Factor],
) -> tuple[int, tuple[Attribute, ...], tuple[Pair, ...]]:
    """Base points, attributes and pairs; each table is centred, so that base is the average.

    Attributes and pairs whose points are all zero are dropped.
    """
    per_logit = scale.points_per_logit
    average = learned.model.intercept
    attributes: list[Attribute] = []
    for column, axis in enumerate(learned.grid.axes):
        rows = _rows(learned.grid.codes[:, column], axis.n_cells)
        table, mean = _centred(learned.model.mains[column], rows)
        average += mean
        factor = factors.get(axis.feature, Factor.BEHAVIOUR)
        direction = directions.get(axis.feature, "any")
        attributes.append(_attribute(axis, -per_logit * table, rows, factor, direction))
    pairs: list[Pair] = []
    for coarse, matrix in zip(learned.pairs, learned.model.pairs, strict=True):
        table, mean = _centred(matrix, _pair_rows(learned, coarse))
        average += mean
        taken = {item.name for item in (*attributes, *pairs)}
        pairs.append(_pair(learned, coarse, -per_logit * table, factors, taken))
    return (
        round(scale.zero_points - per_logit * average),
        tuple(attribute for attribute in attributes if any(attribute.cells())),
        tuple(pair for pair in pairs if any(pair.cells())),
    )


def _rows(codes: npt.NDArray[np.uint16], size: int) -> Floats:
    return np.bincount(codes, minlength=size).astype(np.float64)


def _centred(table: Floats, rows: Floats) -> tuple[Floats, float]:
    """The table around its mean over people; a cell that nobody fell into says nothing."""
    mean = float((table * rows).sum() / rows.sum())
    return np.where(rows > 0, table - mean, 0.0), mean


def _attribute(
    axis: Axis, points: Floats, rows: Floats, factor: Factor, direction: Direction
) -> Attribute:
    if isinstance(axis, CategoricalAxis):
        whole = _whole(points)
        levels = dict(zip(axis.levels, whole[:-2], strict=True))
        return CategoricalAttribute(
            feature=axis.feature, factor=factor, points=levels, other=whole[-2], missing=whole[-1]
        )
    bins = len(axis.edges) + 1
    # nobody may have stood in a bin that the training rows of another fold filled
    shape = merging.in_direction(points[:bins], rows[:bins], direction)
    starts = merging.segments(shape, rows[:bins])
    steps = np.array(_whole(merging.merged(shape, rows[:bins], starts)))
    kept, bin_points = merging.drop_equal(steps, starts)
    codes = zip(axis.special, _whole(points[bins:-1]), strict=True)
    return NumericAttribute(
        feature=axis.feature,
        factor=factor,
        direction=direction,
        edges=tuple(axis.edges[start - 1] for start in kept),
        points=tuple(bin_points),
        special=dict(codes),
        missing=round(float(points[-1])),
    )


def _pair(
    learned: Learned,
    coarse: CoarsePair,
    points: Floats,
    factors: Mapping[str, Factor],
    taken: set[str],
) -> Pair:
    axes = [learned.grid.axes[column] for column in coarse.columns]
    ways = [_read_axis(axis, cuts) for axis, cuts in zip(axes, coarse.cuts, strict=True)]
    (first, rows), (second, columns) = ways
    whole = [_whole(row) for row in points[np.ix_(rows, columns)]]
    name = f"{first.feature} × {second.feature}"
    while name in taken:
        # A column may be called as a pair would be.
        name += "'"
    return Pair(
        name=name,
        factor=factors.get(first.feature, Factor.BEHAVIOUR),
        first=first,
        second=second,
        points=tuple(tuple(row) for row in whole),
    )


def _read_axis(axis: Axis, cuts: tuple[int, ...]) -> tuple[Axis, list[int]]:
    """The axis a card shows for a coarse column, and the coarse cell of each of its cells."""
    coarse = coarse_of(axis.n_cells, cuts)
    if isinstance(axis, CategoricalAxis):
        return axis, coarse.tolist()
    inner = [cell for cell in cuts if cell < len(axis.edges)]
    shown = NumericAxis(
        feature=axis.feature,
        edges=tuple(axis.edges[cell] for cell in inner),
        special=axis.special,
    )
    starts = [0, *(cell + 1 for cell in inner)]
    return shown, [
        int(coarse[cell]) for cell in [*starts, *range(len(axis.edges) + 1, axis.n_cells)]
    ]


def _pair_rows(learned: Learned, coarse: CoarsePair) -> Floats:
    """How many people stand in each cell of a two-way table."""
    sizes = learned.grid.sizes()
    first, second = (
        coarse_of(sizes[column], cuts)[learned.grid.codes[:, column]]
        for column, cuts in zip(coarse.columns, coarse.cuts, strict=True)
    )
    shape = (len(coarse.cuts[0]) + 2, len(coarse.cuts[1]) + 2)
    flat = np.bincount(first * shape[1] + second, minlength=shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float64)


def _whole(points: Floats) -> list[int]:
    return [round(float(value)) for value in points]
