"""Half-ties sorted by person: a counting sort in two rounds, each within reach of a near cache.

The first round deals half-ties to buckets of people, which takes one write place a bucket; the
second lays out one bucket after the other, small enough to stay in the cache meanwhile. Sorting
100 million ties straight into 10 million places instead would miss the cache with every write.
The order of the ties is kept, so the result does not depend on the number of cores.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Edges, Indices, Strengths
from zhima.engine.network.ranges import over_ranges

BUCKET_BITS = 15
"""People of one bucket: 2 to this; their places within it fit 16 bits."""
TIES_A_TASK = 2**18
BUCKETS_A_TASK = 8
SEEN_BITS = 14
"""Contacts met in a row are looked up by so many bits of a hash of theirs."""

NOBODY = 2**32 - 1
Starts = npt.NDArray[np.uint64]


def sort_halves(
    edges: Edges, start: Starts, count: Indices, contact: Indices, strength: Strengths
) -> tuple[int, int] | None:
    """Write both halves of each tie into the row of its person, in the order of `edges`.

    Row i is contact[start[i]] and on, count[i] of them, likewise `strength`; `start` has shape
    (n + 1,). Returns the first person with a contact that comes twice, and that contact.
    """
    people, ties = len(count), len(edges.i)
    dealt = _dealt(edges, people)
    begun = np.zeros(dealt.shape[1] + 1, np.uint64)
    np.cumsum(dealt.sum(axis=0), out=begun[1:])
    place = np.empty(2 * ties, np.uint16)
    cursor = np.cumsum(dealt, axis=0, dtype=np.uint64) - dealt + begun[:-1]
    del dealt
    over_ranges(ties, TIES_A_TASK, _deal_part, edges, cursor, place, contact, strength)
    start[people] = 2 * ties
    rows = (begun, place, start, count, contact, strength)
    twice = over_ranges(len(begun) - 1, BUCKETS_A_TASK, _lay_out, *rows)
    return next(((int(i), int(j)) for i, j in twice if i != NOBODY), None)


def _dealt(edges: Edges, people: int) -> Starts:
    """How many half-ties each task deals to each bucket, shape (tasks, buckets)."""
    buckets = -(-people // 2**BUCKET_BITS)
    tasks = over_ranges(len(edges.i), TIES_A_TASK, _count_part, edges, buckets)
    return np.array(tasks, np.uint64).reshape(len(tasks), buckets)


def _count_part(edges: Edges, buckets: int, first: int, after: int) -> Starts:
    part = edges.part(slice(first, after), edges.strength.dtype)
    dealt = np.zeros(buckets, np.uint64)
    _count(part.i, part.j, dealt)
    return dealt


def _deal_part(
    edges: Edges,
    cursor: Starts,
    place: npt.NDArray[np.uint16],
    contact: Indices,
    strength: Strengths,
    first: int,
    after: int,
) -> None:
    part: Any = edges.part(slice(first, after), strength.dtype)
    _deal(*part, cursor[first // TIES_A_TASK], place, contact, strength)


@numba.njit(cache=True, nogil=True)
def _count(i, j, dealt):  # type: ignore[no-untyped-def]
    for e in range(len(i)):
        dealt[i[e] >> np.uint32(BUCKET_BITS)] += np.uint64(1)
        dealt[j[e] >> np.uint32(BUCKET_BITS)] += np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _deal(i, j, value, cursor, place, contact, strength):  # type: ignore[no-untyped-def]
    within = np.uint32(2**BUCKET_BITS - 1)
    for e in range(len(i)):
        bucket = i[e] >> np.uint32(BUCKET_BITS)
        at = cursor[bucket]
        cursor[bucket] = at + np.uint64(1)
        place[at], contact[at], strength[at] = i[e] & within, j[e], value[e]
        bucket = j[e] >> np.uint32(BUCKET_BITS)
        at = cursor[bucket]
        cursor[bucket] = at + np.uint64(1)
        place[at], contact[at], strength[at] = j[e] & within, i[e], value[e]


@numba.njit(cache=True, nogil=True)
def _lay_out(begun, place, start, count, contact, strength, first, after):  # type: ignore[no-untyped-def]
    """Sort buckets first..after; returns a person with a contact twice, and that contact."""
    most = np.uint64(0)
    for bucket in range(np.uint64(first), np.uint64(after)):
        most = max(most, begun[bucket + np.uint64(1)] - begun[bucket])
    contacts, strengths = np.empty(most, contact.dtype), np.empty(most, strength.dtype)
    cursor = np.empty(min(len(count), 2**BUCKET_BITS), np.uint64)
    seen = np.full(2**SEEN_BITS, NOBODY, np.uint32)
    people, size = np.uint64(len(count)), np.uint64(2**BUCKET_BITS)
    for bucket in range(np.uint64(first), np.uint64(after)):
        ties = slice(begun[bucket], begun[bucket + np.uint64(1)])
        members = slice(bucket * size, min((bucket + np.uint64(1)) * size, people))
        _begin_rows(place[ties], begun[bucket], start[members], count[members], cursor)
        halves = len(place[ties])
        contacts[:halves], strengths[:halves] = contact[ties], strength[ties]
        _fill(place[ties], contacts, strengths, cursor, contact, strength)
        for i in range(bucket * size, min((bucket + np.uint64(1)) * size, people)):
            twice = _comes_twice(i, contact[start[i] : start[i] + np.uint64(count[i])], seen)
            if twice != NOBODY:
                return np.uint32(i), twice
    return np.uint32(NOBODY), np.uint32(NOBODY)


@numba.njit(cache=True, nogil=True)
def _begin_rows(place, begun, start, count, cursor):  # type: ignore[no-untyped-def]
    count[:] = 0
    for at in range(len(place)):
        count[place[at]] += np.uint32(1)
    for i in range(len(count)):
        start[i] = cursor[i] = begun
        begun += np.uint64(count[i])


@numba.njit(cache=True, nogil=True)
def _fill(place, contacts, strengths, cursor, contact, strength):  # type: ignore[no-untyped-def]
    for half in range(len(place)):
        at = cursor[place[half]]
        cursor[place[half]] = at + np.uint64(1)
        contact[at], strength[at] = contacts[half], strengths[half]


@numba.njit(cache=True, nogil=True)
def _comes_twice(i, contacts, seen):  # type: ignore[no-untyped-def]
    # Only a contact whose hash was met in this row can be there before.
    for at in range(len(contacts)):
        spread = np.uint32(contacts[at] * np.uint32(2654435769))
        slot = spread >> np.uint32(32 - SEEN_BITS)
        if seen[slot] == i:
            for before in range(at):
                if contacts[before] == contacts[at]:
                    return contacts[at]
        seen[slot] = np.uint32(i)
    return np.uint32(NOBODY)
