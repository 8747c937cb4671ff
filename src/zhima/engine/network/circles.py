"""Everybody's circle of contacts as rows of one array (compressed sparse rows)."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Edges, Indices, Points, Strengths
from zhima.engine.network.refusals import DuplicateTieError


@dataclass(frozen=True, slots=True)
class Circles:
    """Both half-ties of every tie: row i holds i's contacts and the strength of each tie."""

    start: npt.NDArray[np.uint64]
    """Shape (n + 1,): row i is start[i]..start[i + 1]."""
    contact: Indices
    strength: Strengths

    @property
    def people(self) -> int:
        return len(self.start) - 1


def circles_of(edges: Edges, people: int) -> Circles:
    """Lay out both halves of each tie by person; DuplicateTieError when a pair comes twice."""
    start = np.zeros(people + 1, np.uint64)
    contact = np.empty(2 * len(edges.i), np.uint32)
    strength = np.empty(2 * len(edges.i), edges.strength.dtype)
    _count(edges.i, edges.j, start)
    np.cumsum(start, out=start)
    _fill(edges.i, edges.j, edges.strength, start[:-1].copy(), contact, strength)
    twice = _first_duplicate(start, contact)
    if twice[0] >= 0:
        raise DuplicateTieError(
            f"people {twice[0]} and {twice[1]} are tied twice; give each tie once"
        )
    return Circles(start, contact, strength)


def strength_sums(circles: Circles) -> Points:
    """Sum of strengths of each person's ties, shape (n,)."""
    return _row_sums(circles.start, circles.strength)


def denominators_of(sums: Points, capacity: float) -> Points:
    """D_i = max(sum of strengths, capacity): at most a whole unit of weight goes to friends."""
    return np.maximum(sums, capacity)


@numba.njit(cache=True, nogil=True)
def _count(i, j, start):  # type: ignore[no-untyped-def]
    for e in range(len(i)):
        start[i[e] + np.uint64(1)] += np.uint64(1)
        start[j[e] + np.uint64(1)] += np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _fill(i, j, value, cursor, contact, strength):  # type: ignore[no-untyped-def]
    for e in range(len(i)):
        at = cursor[i[e]]
        contact[at], strength[at] = j[e], value[e]
        cursor[i[e]] = at + np.uint64(1)
        at = cursor[j[e]]
        contact[at], strength[at] = i[e], value[e]
        cursor[j[e]] = at + np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _first_duplicate(start, contact):  # type: ignore[no-untyped-def]
    people = len(start) - 1
    seen_by = np.full(people, people, np.uint32)
    for i in range(np.uint64(people)):
        for at in range(start[i], start[i + np.uint64(1)]):
            j = contact[at]
            if seen_by[j] == i:
                return np.int64(i), np.int64(j)
            seen_by[j] = i
    return np.int64(-1), np.int64(-1)


@numba.njit(cache=True, nogil=True)
def _row_sums(start, strength):  # type: ignore[no-untyped-def]
    sums = np.zeros(len(start) - 1)
    for i in range(np.uint64(len(sums))):
        for at in range(start[i], start[i + np.uint64(1)]):
            sums[i] += strength[at]
    return sums
