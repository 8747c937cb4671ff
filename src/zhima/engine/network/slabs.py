"""Ties in the arena: a slab a person; both halves of a tie go in and out together."""

from __future__ import annotations

import numba
import numpy as np

_ONE = np.uint64(1)
NO_TIE = np.uint64(2**64 - 1)
TIES_A_LINE = 16
"""Contacts (and strengths) that one cache line holds."""

FINE, TIED_ALREADY, FIRST_AT_CAP, SECOND_AT_CAP, NOT_TIED, NO_ROOM = range(6)


@numba.njit(cache=True, nogil=True)
def find_tie(s, i, j):  # type: ignore[no-untyped-def]
    """Where in the arena person i's tie to j lies, or NO_TIE."""
    contact = s.contact
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        if contact[at] == j:
            return at
    return NO_TIE


@numba.njit(cache=True, nogil=True)
def append_ties(s, i, j, strength, tail):  # type: ignore[no-untyped-def]
    """Put both halves of each tie in; or none, and say which tie is refused and why.

    Slabs that are full move to the arena's tail. Returns the verdict, the tie, the new tail.
    """
    for e in range(len(i)):
        verdict = _verdict(s, np.uint64(i[e]), np.uint64(j[e]), tail)
        if verdict != FINE:
            for taken_back in range(e):
                s.used[i[taken_back]] -= np.uint32(1)
                s.used[j[taken_back]] -= np.uint32(1)
            return verdict, e, tail
        tail = _append(s, np.uint64(i[e]), j[e], strength[e], tail)
        tail = _append(s, np.uint64(j[e]), i[e], strength[e], tail)
    return FINE, 0, tail


@numba.njit(cache=True, nogil=True)
def _verdict(s, i, j, tail):  # type: ignore[no-untyped-def]
    if find_tie(s, i, j) != NO_TIE:
        return TIED_ALREADY
    if s.used[i] >= s.tie_cap[i]:
        return FIRST_AT_CAP
    if s.used[j] >= s.tie_cap[j]:
        return SECOND_AT_CAP
    if _room_to_move(s, i) + _room_to_move(s, j) > np.uint64(len(s.contact)) - tail:
        return NO_ROOM
    return FINE


@numba.njit(cache=True, nogil=True)
def _append(s, i, j, strength, tail):  # type: ignore[no-untyped-def]
    if s.used[i] == s.room[i]:
        tail = _move_slab(s, i, tail)
    at = s.start[i] + np.uint64(s.used[i])
    s.contact[at], s.strength[at] = j, strength
    s.used[i] += np.uint32(1)
    return tail


@numba.njit(cache=True, nogil=True)
def _room_to_move(s, i):  # type: ignore[no-untyped-def]
    # Half as much again, in whole cache lines.
    if s.used[i] < s.room[i]:
        return np.uint64(0)
    used = np.uint64(s.used[i])
    lines = (used + (used >> _ONE)) // np.uint64(TIES_A_LINE) + _ONE
    return lines * np.uint64(TIES_A_LINE)


@numba.njit(cache=True, nogil=True)
def _move_slab(s, i, tail):  # type: ignore[no-untyped-def]
    for k in range(np.uint64(s.used[i])):
        s.contact[tail + k] = s.contact[s.start[i] + k]
        s.strength[tail + k] = s.strength[s.start[i] + k]
    room = _room_to_move(s, i)
    s.start[i], s.room[i] = tail, room
    return tail + room


@numba.njit(cache=True, nogil=True)
def remove_ties(s, i, j):  # type: ignore[no-untyped-def]
    """Take both halves of each tie out; or none, and say which tie is not there."""
    for e in range(len(i)):
        at = find_tie(s, np.uint64(i[e]), j[e])
        # A negative strength marks a tie named earlier in this batch.
        if at == NO_TIE or s.strength[at] < 0:
            _flip_signs(s, i[:e], j[:e])
            return NOT_TIED, e
        _flip_signs(s, i[e : e + 1], j[e : e + 1])
    for e in range(len(i)):
        _remove(s, np.uint64(i[e]), j[e])
        _remove(s, np.uint64(j[e]), i[e])
    return FINE, 0


@numba.njit(cache=True, nogil=True)
def _flip_signs(s, i, j):  # type: ignore[no-untyped-def]
    for e in range(len(i)):
        here, there = find_tie(s, np.uint64(i[e]), j[e]), find_tie(s, np.uint64(j[e]), i[e])
        s.strength[here] = -s.strength[here]
        s.strength[there] = -s.strength[there]


@numba.njit(cache=True, nogil=True)
def _remove(s, i, j):  # type: ignore[no-untyped-def]
    at = find_tie(s, i, j)
    last = s.start[i] + np.uint64(s.used[i]) - _ONE
    s.contact[at], s.strength[at] = s.contact[last], s.strength[last]
    s.used[i] -= np.uint32(1)
