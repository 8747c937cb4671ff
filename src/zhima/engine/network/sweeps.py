"""Sweeps over everybody: scores move by their residuals until none is larger than asked.

The residual r = T(x) - x of the map T is kept exactly while the scores move by rounded steps: what
rounding leaves behind stays in r and is taken up later. So a step needs few digits, and the array
that is read at random is a quarter (people in the millions) or half as large as the scores.
"""

from __future__ import annotations

import numba
import numpy as np

from zhima.engine.network.checks import Points
from zhima.engine.network.circles import PEOPLE_A_TASK, Circles
from zhima.engine.network.prefetching import prefetch
from zhima.engine.network.ranges import over_ranges

SMALL_PEOPLE = 250_000
"""Up to here float32 steps fit a core's own cache; above, a byte a step does longer."""
FLOAT_LEVELS, BYTE_LEVELS = 2**20, 127
PREFETCH_TIES = 64


def relax(
    circles: Circles, factor: Points, scores: Points, residual: Points, *, until: float
) -> int:
    """Move `scores` and `residual` (shape (n,), in place) until max |residual| <= `until`.

    Returns the number of sweeps.

    Truncation keeps every score between where it was and where it is drawn, so within the range.
    The same input gives the same bits on any number of threads.
    """
    small = len(scores) <= SMALL_PEOPLE
    step = np.empty(len(scores), np.float32 if small else np.int8)
    sweep = sweep_near if small else sweep_far
    rows = (circles.start, circles.count, circles.contact, circles.strength)
    largest = float(np.abs(residual).max(initial=0))
    sweeps = 0
    while largest > until:
        scale = largest / (FLOAT_LEVELS if small else BYTE_LEVELS)
        over_ranges(len(scores), PEOPLE_A_TASK, _take_step, scores, residual, step, scale)
        largest = max(
            over_ranges(len(scores), PEOPLE_A_TASK, sweep, *rows, factor, step, scale, residual)
        )
        sweeps += 1
    return sweeps


@numba.njit(cache=True, nogil=True)
def _take_step(scores, residual, step, scale, first, after):  # type: ignore[no-untyped-def]
    for i in range(np.uint64(first), np.uint64(after)):
        whole = np.trunc(residual[i] / scale)
        step[i] = whole
        scores[i] += whole * scale
        residual[i] -= whole * scale


# Leaving the order of a row's sum to the compiler lets it add eight ties at a time.
@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def sweep_near(  # type: ignore[no-untyped-def]
    start, count, contact, strength, factor, step, scale, residual, first, after
):
    """One sweep over people whose contacts lie close in memory; the largest change, in points."""
    largest = 0.0
    for i in range(np.uint64(first), np.uint64(after)):
        total = 0.0
        for at in range(start[i], start[i] + np.uint64(count[i])):
            total += np.float64(strength[at]) * step[contact[at]]
        residual[i] += factor[i] * scale * total
        largest = max(largest, abs(residual[i]))
    return largest


@numba.njit(cache=True, nogil=True)
def sweep_far(  # type: ignore[no-untyped-def]
    start, count, contact, strength, factor, step, scale, residual, first, after
):
    """One sweep that asks for the next contacts ahead of time; the largest change, in points."""
    largest = 0.0
    last = np.uint64(max(len(contact), 1) - 1)
    for i in range(np.uint64(first), np.uint64(after)):
        total = 0.0
        for at in range(start[i], start[i] + np.uint64(count[i])):
            prefetch(step, np.uint64(contact[min(at + np.uint64(PREFETCH_TIES), last)]))
            total += np.float64(strength[at]) * step[contact[at]]
        residual[i] += factor[i] * scale * total
        largest = max(largest, abs(residual[i]))
    return largest


def settle_residual(
    circles: Circles, factor: Points, grounded: Points, scores: Points, residual: Points
) -> None:
    """Set `residual` = T(scores) - scores; `grounded` is the part of T no tie brings."""
    over_ranges(
        len(scores),
        PEOPLE_A_TASK,
        _fresh,
        *(circles.start, circles.count, circles.contact, circles.strength),
        *(factor, grounded, scores, residual),
    )


@numba.njit(cache=True, nogil=True)
def _fresh(  # type: ignore[no-untyped-def]
    start, count, contact, strength, factor, grounded, scores, residual, first, after
):
    for i in range(np.uint64(first), np.uint64(after)):
        total = 0.0
        for at in range(start[i], start[i] + np.uint64(count[i])):
            total += strength[at] * scores[contact[at]]
        residual[i] = grounded[i] + factor[i] * total - scores[i]
