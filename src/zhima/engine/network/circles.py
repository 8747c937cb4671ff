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
    """Row i begins at start[i] ..."""
    count: Indices
    """... and has count[i] ties, shape (n,)."""
    contact: Indices
    strength: Strengths

    @property
    def people(self) -> int:
        return len(self.count)


def circles_of(edges: Edges, people: int, *, spare: int = 0) -> Circles:
    """Lay out both halves of each tie by person; DuplicateTieError when a pair comes twice.

    Rows follow each other, so that `start`, shape (n + 1,), also says where each row ends; beyond
    the last there is room for `spare` half-ties.
    """
    count = np.zeros(people, np.uint32)
    _count(edges.i, edges.j, count)
    start = np.zeros(people + 1, np.uint64)
    np.cumsum(count, out=start[1:])
    contact = np.empty(2 * len(edges.i) + spare, np.uint32)
    strength = np.empty(len(contact), edges.strength.dtype)
    _fill(edges.i, edges.j, edges.strength, start[:-1].copy(), contact, strength)
    circles = Circles(start, count, contact, strength)
    check_no_duplicates(circles)
    return circles


def check_no_duplicates(circles: Circles) -> None:
    """Refuse circles in which a contact comes twice."""
    i, j = _first_duplicate(circles.start, circles.contact, circles.people)
    if i >= 0:
        raise DuplicateTieError(f"people {i} and {j} are tied twice; give each tie once")


def strength_sums(circles: Circles) -> Points:
    """Sum of strengths of each person's ties, shape (n,)."""
    return _row_sums(circles.start, circles.count, circles.strength)


def denominators_of(sums: Points, capacity: float) -> Points:
    """D_i = max(sum of strengths, capacity): at most a whole unit of weight goes to friends."""
    return np.maximum(sums, capacity)


@numba.njit(cache=True, nogil=True)
def _count(i, j, count):  # type: ignore[no-untyped-def]
    for e in range(len(i)):
        count[i[e]] += np.uint32(1)
        count[j[e]] += np.uint32(1)


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
def _first_duplicate(start, contact, people):  # type: ignore[no-untyped-def]
    seen_by = np.full(people, people, np.uint32)
    for i in range(np.uint64(people)):
        for at in range(start[i], start[i + np.uint64(1)]):
            j = contact[at]
            if seen_by[j] == i:
                return np.int64(i), np.int64(j)
            seen_by[j] = i
    return np.int64(-1), np.int64(-1)


@numba.njit(cache=True, nogil=True)
def _row_sums(start, count, strength):  # type: ignore[no-untyped-def]
    sums = np.zeros(len(count))
    for i in range(np.uint64(len(sums))):
        for at in range(start[i], start[i] + np.uint64(count[i])):
            sums[i] += strength[at]
    return sums
