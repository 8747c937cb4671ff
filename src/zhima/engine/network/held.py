"""The fixpoint of a few people while everybody around them keeps the points they have."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Points, check_parallel, edges_of, points_of
from zhima.engine.network.circles import denominators_of
from zhima.engine.network.fixpoint import groundings
from zhima.engine.network.terms import check_tolerance, terms_of


def solve_held(
    own: npt.ArrayLike,
    edges: Any,
    held: npt.ArrayLike,
    *,
    weight: float,
    capacity: float,
    missing: str = "self",
    tolerance_points: float = 0.001,
) -> Points:
    """Points of everybody when some hold theirs, shape (n,).

    own, edges, weight, capacity, missing    as in `solve`; every tie of the people who do not
        hold must be among the edges
    held    points that somebody keeps whatever happens around them, NaN for who may move

    When held people hold what a solve of everybody gave them, the others get what that solve gave
    them, to `tolerance_points`. Refusals as in `solve`.
    """
    terms = terms_of(weight, capacity, missing)
    check_tolerance(tolerance_points, 1e-9)
    base, kept = points_of(own), np.asarray(held, np.float64)
    check_parallel(base, kept)
    i, j, strength = edges_of(edges, len(base))
    moves = np.isnan(kept)
    points = np.where(moves, base, points_of(np.nan_to_num(kept)))
    ends, others = np.concatenate((i, j)), np.concatenate((j, i))
    weights = np.concatenate((strength, strength)).astype(np.float64)
    sums: Points = np.bincount(ends, weights, len(base)).astype(np.float64)
    factor = terms.weight / denominators_of(sums, terms.capacity)
    alone = groundings(sums, factor, terms) * base
    until = tolerance_points / terms.amplification if terms.weight else np.inf
    while True:
        given = np.bincount(ends, weights * points[others], len(base))
        target = np.where(moves, alone + factor * given, points)
        moved = np.abs(target - points).max(initial=0)
        points = target
        if moved <= until:
            return points
