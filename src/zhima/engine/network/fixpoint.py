"""The full solve: everybody's points at once, to a certified tolerance."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.checks import Points, edges_of, points_of
from zhima.engine.network.circles import Circles, circles_of, denominators_of, strength_sums
from zhima.engine.network.terms import Missing, Terms, check_tolerance, terms_of

LEAST_TOLERANCE_POINTS = 1e-10
"""Rounding of float64 sums in 0..600 lies below a hundredth of this."""


def solve(
    own: npt.ArrayLike,
    edges: Any,
    *,
    weight: float,
    capacity: float,
    missing: str = "self",
    tolerance_points: float = 0.001,
) -> Points:
    """Everybody's points x of the grounded Friedkin-Johnsen fixpoint, shape (n,), in 0..600.

    x_i = (1-a) b_i + a [sum_j W_ij x_j + (1 - sum_j W_ij) b_i], W_ij = c_ij / max(sum_j c_ij, m)
    with b = `own` (points, shape (n,)), c = strengths in (0, 1] of `edges` (structured, or three
    parallel arrays i, j, strength; each mutual tie once), a = `weight` and m = `capacity`;
    `missing="ground"` drops the bracket's last term. The largest error is at most
    `tolerance_points`. A weight of 0 returns the own points bit for bit.

    Raises a NetworkError that names the value that cannot be used.
    Source: Friedkin & Johnsen 1990; the map contracts by a, so the error after a sweep is at most
    a / (1 - a) times its largest change.
    """
    terms = terms_of(weight, capacity, missing)
    check_tolerance(tolerance_points, LEAST_TOLERANCE_POINTS)
    points = points_of(own)
    circles = circles_of(edges_of(edges, len(points)), len(points))
    return solve_circles(points, circles, terms=terms, tolerance_points=tolerance_points)


def solve_circles(
    own: Points, circles: Circles, *, terms: Terms, tolerance_points: float
) -> Points:
    """`solve` on circles already laid out; `own` is not changed."""
    if terms.weight == 0 or (len(circles.contact) == 0 and terms.missing is Missing.SELF):
        return own.copy()
    sums = strength_sums(circles)
    factor = terms.weight / denominators_of(sums, terms.capacity)
    ground = own_shares(sums, factor, terms) * own
    scores, change = own.copy(), np.inf
    while change * terms.amplification > tolerance_points:
        swept = np.empty_like(scores)
        change = _sweep(
            circles.start, circles.contact, circles.strength, factor, ground, scores, swept
        )
        scores = swept
    # Rounding can carry a sum of shares past the range by an ulp.
    return np.clip(scores, 0, POINTS_RANGE, out=scores)


def own_shares(sums: Points, factor: Points, terms: Terms) -> Points:
    """The share of their score that people owe to their own points, shape (n,)."""
    if terms.missing is Missing.GROUND:
        return np.full(len(sums), 1 - terms.weight)
    return 1 - factor * sums


@numba.njit(cache=True, nogil=True)
def _sweep(start, contact, strength, factor, ground, scores, swept):  # type: ignore[no-untyped-def]
    largest = 0.0
    for i in range(np.uint64(len(scores))):
        total = 0.0
        for at in range(start[i], start[i + np.uint64(1)]):
            total += strength[at] * scores[contact[at]]
        swept[i] = ground[i] + factor[i] * total
        largest = max(largest, abs(swept[i] - scores[i]))
    return largest
