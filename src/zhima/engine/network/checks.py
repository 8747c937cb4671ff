"""Arrays from outside, checked once and given the types the kernels want."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.ranges import over_ranges
from zhima.engine.network.refusals import (
    IndexOutOfRangeError,
    NetworkError,
    PointsOutOfRangeError,
    SelfTieError,
    StrengthOutOfRangeError,
    WrongShapeError,
)

Points = npt.NDArray[np.float64]
Indices = npt.NDArray[np.uint32]
Strengths = npt.NDArray[np.floating]
Whole = npt.NDArray[np.integer]

MOST_PEOPLE = 2**32 - 1
TIES_A_TASK = 2**18


class Edges(NamedTuple):
    """Mutual ties, each once: two people and a strength, three arrays of one length.

    Once checked they stay as they came, of any whole-number type and spacing: a copy of millions
    of ties is made by no more than a part at a time.
    """

    i: Whole
    j: Whole
    strength: Strengths

    def part(self, rows: slice, strength_type: npt.DTypeLike) -> Edges:
        """Some of the ties, as kernels want them."""
        return Edges(
            np.ascontiguousarray(self.i[rows], np.uint32),
            np.ascontiguousarray(self.j[rows], np.uint32),
            np.ascontiguousarray(self.strength[rows], strength_type),
        )


def points_of(own: npt.ArrayLike) -> Points:
    """Own points as float64 of shape (n,), every one within 0..600."""
    points = np.ascontiguousarray(_numbers(own, "own points"))
    if points.ndim != 1 or len(points) > MOST_PEOPLE:
        raise WrongShapeError(f"own points must be one row of numbers, got shape {points.shape}")
    # A NaN fails both comparisons of its extremes.
    if len(points) and not (points.min() >= 0 and points.max() <= POINTS_RANGE):
        at = int(np.flatnonzero(~((points >= 0) & (points <= POINTS_RANGE)))[0])
        raise PointsOutOfRangeError(
            f"own points of person {at} are {points[at]}; they must lie in 0..{POINTS_RANGE}"
        )
    return points


def edges_of(edges: Any, people: int) -> Edges:
    """Read `edges` (structured, or three parallel arrays i, j, strength) among `people` people."""
    i, j, strength = _three_columns(edges)
    if not i.shape == j.shape == strength.shape or i.ndim != 1:
        raise WrongShapeError(
            f"i, j and strength must be of one length, got {i.shape}, {j.shape}, {strength.shape}"
        )
    checked = Edges(_whole(i), _whole(j), _single_or_double(strength, "strengths"))
    try:
        over_ranges(len(i), TIES_A_TASK, _check_part, checked, people)
    except NetworkError:
        # Found in some part; the whole names the first of the gravest kind, and where it is.
        _check_part(checked, people, 0, len(i))
    return checked


def _check_part(edges: Edges, people: int, first: int, after: int) -> None:
    i, j = edges.i[first:after], edges.j[first:after]
    check_indices(i, people)
    check_indices(j, people)
    check_not_self(i, j)
    check_strengths(edges.strength[first:after])


def _three_columns(edges: Any) -> tuple[npt.NDArray[Any], ...]:
    names = getattr(getattr(edges, "dtype", None), "names", None) or ()
    if set(Edges._fields) <= set(names):
        names = Edges._fields
    columns = [edges[name] for name in names] if names else list(edges) or [(), (), ()]
    if len(columns) != 3:
        raise WrongShapeError(f"edges must have 3 columns (i, j, strength), got {len(columns)}")
    return tuple(np.asarray(column) for column in columns)


def indices_of(values: npt.ArrayLike, people: int) -> Indices:
    """Indices as uint32, every one below `people`."""
    array = _whole(values)
    check_indices(array, people)
    return np.ascontiguousarray(array, np.uint32)


def check_indices(array: Whole, people: int) -> None:
    """Refuse indices that are not below `people`."""
    if array.size and (array.min() < 0 or array.max() >= people):
        bad = array[(array < 0) | (array >= people)][0]
        raise IndexOutOfRangeError(
            f"person {bad} is not one of the {people} people (0..{people - 1})"
        )


def _whole(values: npt.ArrayLike) -> Whole:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(array.shape, np.uint32)
    if array.dtype.kind not in "iu":
        raise WrongShapeError(f"a person's index must be a whole number, got {array.dtype}")
    return array


def check_parallel(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> None:
    """Refuse two arrays that should say something about the same people and do not."""
    if first.shape != second.shape:
        raise WrongShapeError(f"arrays must be of one length, got {first.shape}, {second.shape}")


def check_not_self(i: Whole, j: Whole) -> None:
    """Refuse a tie from a person to themselves."""
    same = np.flatnonzero(i == j)
    if len(same):
        raise SelfTieError(f"tie {same[0]} joins person {i[same[0]]} to themselves")


def strengths_of(values: npt.ArrayLike) -> Strengths:
    """Strengths in (0, 1], float32 kept as it is and anything else as float64."""
    strength = np.ascontiguousarray(_single_or_double(values, "strengths"))
    check_strengths(strength)
    return strength


def check_strengths(strength: Strengths) -> None:
    """Refuse strengths outside (0, 1]."""
    if len(strength) and not (strength.min() > 0 and strength.max() <= 1):
        at = int(np.flatnonzero(~((strength > 0) & (strength <= 1)))[0])
        raise StrengthOutOfRangeError(
            f"tie {at} has strength {strength[at]}; it must be above 0 and at most 1"
        )


def _single_or_double(values: npt.ArrayLike, what: str) -> npt.NDArray[np.floating]:
    array = np.asarray(values)
    return array if array.dtype == np.float32 else _numbers(array, what)


def _numbers(values: npt.ArrayLike, what: str) -> Points:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise WrongShapeError(f"{what} must be numbers: {error}") from error
