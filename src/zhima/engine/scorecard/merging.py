"""Fine cells joined into the few bins that a person can read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from zhima.engine.scorecard.additive import Floats

MAX_BINS = 24


def segments(values: Floats, rows: Floats, *, max_bins: int = MAX_BINS) -> list[int]:
    """Where to cut a row of cells so that the weighted squared change of values is least.

    Returns the first cell of every segment but the first. Exact, by dynamic programming.
    """
    size = len(values)
    weight = np.concatenate([[0.0], np.cumsum(rows + 1e-9)])
    first = np.concatenate([[0.0], np.cumsum((rows + 1e-9) * values)])
    second = np.concatenate([[0.0], np.cumsum((rows + 1e-9) * values**2)])
    bins = min(max_bins, size)
    cost = np.full((bins + 1, size + 1), np.inf)
    cost[0, 0] = 0.0
    cut = np.zeros((bins + 1, size + 1), dtype=np.int64)
    for used in range(1, bins + 1):
        for end in range(1, size + 1):
            begin = np.arange(end)
            spread = (second[end] - second[:end]) - (first[end] - first[:end]) ** 2 / (
                weight[end] - weight[:end]
            )
            total = cost[used - 1, :end] + np.maximum(spread, 0.0)
            cut[used, end] = begin[np.argmin(total)]
            cost[used, end] = total.min()
    return _trace(cut, bins, size)


def merged(values: Floats, rows: Floats, starts: list[int]) -> Floats:
    """The weighted mean value of each segment."""
    place = np.zeros(len(values), dtype=np.int64)
    place[starts] = 1
    segment = np.cumsum(place)
    weight = rows + 1e-9
    return np.bincount(segment, weight * values) / np.bincount(segment, weight)


def in_direction(values: Floats, rows: Floats, direction: str) -> Floats:
    """The nearest values that move as declared, in weighted least squares."""
    if direction == "any":
        return values
    shape = IsotonicRegression(increasing=direction == "increasing")
    place = np.arange(len(values))
    return np.asarray(shape.fit(place, values, rows + 1e-9).predict(place))


def drop_equal(points: npt.NDArray[np.int64], starts: list[int]) -> tuple[list[int], list[int]]:
    """Join neighbouring segments that came out with the same points."""
    keep = [i for i in range(len(starts)) if points[i + 1] != points[i]]
    return [starts[i] for i in keep], [int(points[0]), *(int(points[i + 1]) for i in keep)]


def _trace(cut: npt.NDArray[np.int64], bins: int, size: int) -> list[int]:
    starts: list[int] = []
    end = size
    for used in range(bins, 0, -1):
        end = int(cut[used, end])
        if end > 0:
            starts.append(end)
    return sorted(starts)
