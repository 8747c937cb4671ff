"""The full solve: everybody's points at once, to a certified tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.checks import Points, edges_of, points_of
from zhima.engine.network.circles import Circles, circles_of, denominators_of, strength_sums
from zhima.engine.network.precision import error_of_single_strengths
from zhima.engine.network.sweeps import relax
from zhima.engine.network.terms import Missing, Terms, check_tolerance, terms_of

LEAST_TOLERANCE_POINTS = 1e-10
"""Rounding of float64 sums in 0..600 lies below a hundredth of this."""
SINGLE_SHARE = 0.1
"""Share of the tolerance that rounding strengths to float32 may use up."""


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
    Source: Friedkin & Johnsen 1990. T contracts by a, so T(x) lies within a / (1 - a) times
    max |T(x) - x| of the fixpoint.
    """
    terms = terms_of(weight, capacity, missing)
    check_tolerance(tolerance_points, LEAST_TOLERANCE_POINTS)
    points = points_of(own)
    ties = edges_of(edges, len(points))
    rounding = 0.0
    if ties.strength.dtype != np.float32:
        rounding = error_of_single_strengths(terms)
    # Half the memory to read in every sweep, where it costs next to none of the tolerance.
    single = rounding <= SINGLE_SHARE * tolerance_points
    circles = circles_of(ties, len(points), strength_type=np.float32 if single else np.float64)
    left = tolerance_points - rounding if single else tolerance_points
    return solve_circles(points, circles, terms=terms, tolerance_points=left)


def solve_circles(
    own: Points,
    circles: Circles,
    *,
    terms: Terms,
    tolerance_points: float,
    denominators: Points | None = None,
) -> Points:
    """`solve` on circles already laid out, with D of its own (shape (n,)) when one is given."""
    if terms.weight == 0:
        return own.copy()
    factor, scores, residual = _beginning(own, circles, terms, denominators)
    relax(circles, factor, scores, residual, until=tolerance_points / terms.amplification)
    scores += residual
    # Rounding can carry a sum of shares past the range by an ulp.
    return np.clip(scores, 0, POINTS_RANGE, out=scores)


def _beginning(
    own: Points, circles: Circles, terms: Terms, denominators: Points | None
) -> tuple[Points, Points, Points]:
    sums = strength_sums(circles)
    if denominators is None:
        denominators = denominators_of(sums, terms.capacity)
    factor = terms.weight / denominators
    return factor, *first_guess(own, sums, factor, groundings(sums, factor, terms))


def groundings(sums: Points, factor: Points, terms: Terms) -> Points:
    """The share of their score that people owe to their own points, shape (n,)."""
    if terms.missing is Missing.GROUND:
        return np.full(len(sums), 1 - terms.weight)
    return 1 - factor * sums


def first_guess(
    own: Points, sums: Points, factor: Points, grounding: Points
) -> tuple[Points, Points]:
    """Scores to start from, and their residuals T(x) - x, without looking at a single tie.

    Everybody starts at the mean of all, whose residual needs only the sums of strengths; who
    rests on own points alone starts, and stays, there.
    """
    mean = own.mean() if len(own) else 0.0
    scores = np.where(grounding == 1, own, mean)
    residual = grounding * own
    residual += (factor * mean) * sums
    residual -= scores
    return scores, residual
