"""Arrays from outside, checked once and given the types the kernels want."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.refusals import (
    IndexOutOfRangeError,
    PointsOutOfRangeError,
    SelfTieError,
    StrengthOutOfRangeError,
    WrongShapeError,
)

Points = npt.NDArray[np.float64]
Indices = npt.NDArray[np.uint32]
Strengths = npt.NDArray[np.floating]

MOST_PEOPLE = 2**32 - 1


class Edges(NamedTuple):
    """Mutual ties, each once: two people and a strength, three arrays of one length."""

    i: Indices
    j: Indices
    strength: Strengths


def points_of(own: npt.ArrayLike) -> Points:
    """Own points as float64 of shape (n,), every one within 0..600."""
    points = _numbers(own, "own points", np.float64)
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
    pair = indices_of(i, people), indices_of(j, people)
    check_not_self(*pair)
    return Edges(*pair, strengths_of(strength))


def _three_columns(edges: Any) -> tuple[npt.NDArray[Any], ...]:
    names = getattr(getattr(edges, "dtype", None), "names", None)
    columns = [edges[name] for name in names] if names else list(edges)
    if len(columns) != 3:
        raise WrongShapeError(f"edges must have 3 columns (i, j, strength), got {len(columns)}")
    return tuple(np.asarray(column) for column in columns)


def indices_of(values: npt.ArrayLike, people: int) -> Indices:
    """Indices as uint32, every one below `people`."""
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.uint32)
    if array.dtype.kind not in "iu":
        raise WrongShapeError(f"a person's index must be a whole number, got {array.dtype}")
    if array.min() < 0 or array.max() >= people:
        bad = array[(array < 0) | (array >= people)][0]
        raise IndexOutOfRangeError(
            f"person {bad} is not one of the {people} people (0..{people - 1})"
        )
    return np.ascontiguousarray(array, np.uint32)


def check_parallel(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> None:
    """Refuse two arrays that should say something about the same people and do not."""
    if first.shape != second.shape:
        raise WrongShapeError(f"arrays must be of one length, got {first.shape}, {second.shape}")


def check_not_self(i: Indices, j: Indices) -> None:
    """Refuse a tie from a person to themselves."""
    same = np.flatnonzero(i == j)
    if len(same):
        raise SelfTieError(f"tie {same[0]} joins person {i[same[0]]} to themselves")


def strengths_of(values: npt.ArrayLike) -> Strengths:
    """Strengths in (0, 1], float32 kept as it is and anything else as float64."""
    array = np.asarray(values)
    strength = _numbers(array, "strengths", np.float32 if array.dtype == np.float32 else np.float64)
    if len(strength) and not (strength.min() > 0 and strength.max() <= 1):
        at = int(np.flatnonzero(~((strength > 0) & (strength <= 1)))[0])
        raise StrengthOutOfRangeError(
            f"tie {at} has strength {strength[at]}; it must be above 0 and at most 1"
        )
    return strength


def _numbers(values: npt.ArrayLike, what: str, dtype: type[np.floating]) -> npt.NDArray[Any]:
    try:
        return np.ascontiguousarray(values, dtype)
    except (TypeError, ValueError) as error:
        raise WrongShapeError(f"{what} must be numbers: {error}") from error
