"""Everybody's circle of contacts as rows of one array (compressed sparse rows)."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Edges, Indices, Points, Strengths
from zhima.engine.network.ranges import over_ranges
from zhima.engine.network.refusals import DuplicateTieError
from zhima.engine.network.sorting import sort_halves

PEOPLE_A_TASK = 65_536


@dataclass(frozen=True, slots=True)
class Circles:
    """Both half-ties of every tie: row i holds i's contacts and the strength of each tie."""

    start: npt.NDArray[np.uint64]
    """Row i begins at start[i] ..."""
    count: Indices
    """... and has count[i] ties, shape (n,)."""
    contact: Indices
    strength: Strengths

    @property
    def people(self) -> int:
        return len(self.count)


def circles_of(
    edges: Edges, people: int, *, strength_type: npt.DTypeLike | None = None, spare: int = 0
) -> Circles:
    """Lay out both halves of each tie by person; DuplicateTieError when a pair comes twice.

    Rows follow each other, so that `start`, shape (n + 1,), also says where each row ends; beyond
    the last there is room for `spare` half-ties. Strengths keep their type unless another is asked
    for. Beside the circles, 2 bytes a half-tie are needed meanwhile.
    """
    start, count = np.zeros(people + 1, np.uint64), np.zeros(people, np.uint32)
    contact = np.empty(2 * len(edges.i) + spare, np.uint32)
    strength = np.empty(len(contact), strength_type or edges.strength.dtype)
    twice = sort_halves(edges, start, count, contact, strength)
    if twice:
        raise DuplicateTieError(
            f"people {twice[0]} and {twice[1]} are tied twice; give each tie once"
        )
    return Circles(start, count, contact, strength)


def strength_sums(circles: Circles) -> Points:
    """Sum of strengths of each person's ties, shape (n,)."""
    sums = np.empty(circles.people)
    rows = (circles.start, circles.count, circles.strength)
    over_ranges(circles.people, PEOPLE_A_TASK, _row_sums, *rows, sums)
    return sums


def denominators_of(sums: Points, capacity: float) -> Points:
    """D_i = max(sum of strengths, capacity): at most a whole unit of weight goes to friends."""
    return np.maximum(sums, capacity)


@numba.njit(cache=True, nogil=True)
def _row_sums(start, count, strength, sums, first, after):  # type: ignore[no-untyped-def]
    for i in range(np.uint64(first), np.uint64(after)):
        total = 0.0
        for at in range(start[i], start[i] + np.uint64(count[i])):
            total += strength[at]
        sums[i] = total
