"""Who gives, who takes: every point that came through a tie, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Indices, Points, edges_of, points_of
from zhima.engine.network.circles import circles_of, denominators_of, strength_sums
from zhima.engine.network.terms import Missing, terms_of


@dataclass(frozen=True, slots=True)
class Attribution:
    """Points per contact in rows by person: row i is start[i]..start[i + 1] of the tie arrays.

    Two identities hold for every person i of a solved network, to the tolerance of the solve:
    score_i = own_i + sum(net of row i) + missing_i and score_i = alone_i + sum(gross of row i).
    """

    start: npt.NDArray[np.uint64]
    contact: Indices
    share: Points
    """W_ij = c_ij / D_i: the contact's part of the weight that friends have."""
    gross: Points
    """a W_ij x_j: what arrives through the tie."""
    net: Points
    """a W_ij (x_j - b_i): what the tie gives (or takes) compared with standing alone."""
    missing: Points
    """Shape (n,): -a (1 - sum_j W_ij) b_i with `ground`, 0 with `self`."""
    alone: Points
    """Shape (n,): the part of the score that rests on own points, whatever the contacts have."""


def attribute(
    own: npt.ArrayLike,
    edges: Any,
    scores: npt.ArrayLike,
    *,
    weight: float,
    capacity: float,
    missing: str = "self",
) -> Attribution:
    """Split `scores` (points, from `solve` with the same terms) into what each contact brought.

    Arguments as in `solve`; decision record 0030 says why a receipt shows the net form.
    """
    terms = terms_of(weight, capacity, missing)
    own_points, score_points = points_of(own), points_of(scores)
    circles = circles_of(edges_of(edges, len(own_points)), len(own_points))
    sums = strength_sums(circles)
    denominators = denominators_of(sums, terms.capacity)
    factor = terms.weight / denominators
    share = circles.strength / np.repeat(denominators, np.diff(circles.start).astype(np.int64))
    gross, net = _split(
        circles.start, circles.contact, share, terms.weight, own_points, score_points
    )
    lost = np.zeros_like(own_points)
    if terms.missing is Missing.GROUND:
        lost = (factor * sums - terms.weight) * own_points
    alone = (1 - factor * sums) * own_points + lost
    return Attribution(circles.start, circles.contact, share, gross, net, lost, alone)


@numba.njit(cache=True, nogil=True)
def _split(start, contact, share, weight, own, scores):  # type: ignore[no-untyped-def]
    gross = np.empty(len(contact))
    net = np.empty(len(contact))
    for i in range(np.uint64(len(own))):
        for at in range(start[i], start[i + np.uint64(1)]):
            part = weight * share[at]
            gross[at] = part * scores[contact[at]]
            net[at] = part * (scores[contact[at]] - own[i])
    return gross, net
