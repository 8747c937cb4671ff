"""The changes that start a push: own points, ties made and ended, people leaving.

Every kernel notes whom it touches, changes the state, queues what must be pushed and ends in
`finish`. Their arguments were checked: a kernel does not fail half way.
"""

from __future__ import annotations

import numba
import numpy as np

from zhima.engine.network.pushing import (
    TIES_A_LINE,
    enqueue_if_due,
    fetch_contacts,
    fetch_slab,
    finish,
    push_all,
    take_back,
    touch,
)

_ONE = np.uint64(1)
NO_TIE = np.uint64(2**64 - 1)

FINE, TIED_ALREADY, FIRST_AT_CAP, SECOND_AT_CAP, NOT_TIED, NO_ROOM = range(6)


@numba.njit(cache=True, nogil=True)
def find_tie(s, i, j):  # type: ignore[no-untyped-def]
    """Where in the arena person i's tie to j lies, or NO_TIE."""
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        if s.contact[at] == j:
            return at
    return NO_TIE


@numba.njit(cache=True, nogil=True)
def set_owns(s, rules, update, people, points):  # type: ignore[no-untyped-def]
    """New own points."""
    touched, ends = np.uint64(0), np.zeros(2, np.uint64)
    for e in range(len(people)):
        i = np.uint64(people[e])
        touched = touch(s, i, update, touched)
        node = s.node[i]
        if s.grounding[i] == 1:
            # Alone, or weight 0: own points are the score, bit for bit.
            node.score, node.residual = points[e], 0.0
        else:
            node.residual += s.grounding[i] * (points[e] - s.own[i])
        s.own[i] = points[e]
        enqueue_if_due(s, i, rules.most, ends)
    return finish(s, rules, update, touched, ends)


@numba.njit(cache=True, nogil=True)
def append_ties(s, i, j, strength, tail):  # type: ignore[no-untyped-def]
    """Put both halves of each tie into the slabs; or none, and say which tie is refused and why.

    Slabs that are full move to the arena's tail. Returns the new tail, the verdict and the tie.
    """
    for e in range(len(i)):
        a, b = np.uint64(i[e]), np.uint64(j[e])
        verdict = FINE
        if find_tie(s, a, j[e]) != NO_TIE:
            verdict = TIED_ALREADY
        elif s.used[a] >= s.tie_cap[a]:
            verdict = FIRST_AT_CAP
        elif s.used[b] >= s.tie_cap[b]:
            verdict = SECOND_AT_CAP
        elif _room_to_move(s, a) + _room_to_move(s, b) > np.uint64(len(s.contact)) - tail:
            verdict = NO_ROOM
        if verdict != FINE:
            for taken_back in range(e):
                s.used[i[taken_back]] -= np.uint32(1)
                s.used[j[taken_back]] -= np.uint32(1)
            return tail, verdict, e
        tail = _append(s, a, j[e], strength[e], tail)
        tail = _append(s, b, i[e], strength[e], tail)
    return tail, FINE, 0


@numba.njit(cache=True, nogil=True)
def remove_ties(s, i, j):  # type: ignore[no-untyped-def]
    """Take both halves of each tie out of the slabs; or none, and say which tie is not there."""
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
def retarget_pairs(s, rules, update, i, j):  # type: ignore[no-untyped-def]
    """After ties were appended or removed: what the people at both ends are drawn to now."""
    touched, ends = np.uint64(0), np.zeros(2, np.uint64)
    for e in range(len(i)):
        touched = retarget(s, rules, update, np.uint64(i[e]), touched, ends)
        touched = retarget(s, rules, update, np.uint64(j[e]), touched, ends)
    return finish(s, rules, update, touched, ends)


@numba.njit(cache=True, nogil=True)
def score_without(s, rules, update, i, j):  # type: ignore[no-untyped-def]
    """Person i's published score if the tie to j ended; the state comes out as it went in."""
    here, there = find_tie(s, i, j), find_tie(s, j, i)
    strength = s.strength[here]
    groundings = s.grounding[i], s.grounding[j]
    s.strength[here] = s.strength[there] = 0
    ends = np.zeros(2, np.uint64)
    touched = retarget(s, rules, update, i, np.uint64(0), ends)
    touched = retarget(s, rules, update, j, touched, ends)
    touched, _ = push_all(s, rules.most, update, touched, ends)
    published = s.node[i].score + s.node[i].residual
    take_back(s, touched)
    s.strength[here] = s.strength[there] = strength
    s.grounding[i], s.grounding[j] = groundings
    return published


@numba.njit(cache=True, nogil=True)
def retarget(s, rules, update, i, touched, ends):  # type: ignore[no-untyped-def]
    """Work out person i's factor, grounding and residual afresh after a change of ties."""
    fetch_slab(s, i)
    fetch_contacts(s, i)
    touched = touch(s, i, update, touched)
    node = s.node[i]
    total = given = 0.0
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        total += s.strength[at]
        given += s.strength[at] * s.node[s.contact[at]].score
    # D only grows before the next epoch, so that no row of W exceeds 1.
    if total * node.factor > rules.weight:
        node.factor = rules.weight / total
    if not rules.ground:
        s.grounding[i] = 1 - node.factor * total
    if s.grounding[i] == 1:
        node.score, node.residual = s.own[i], 0.0
    else:
        node.residual = s.grounding[i] * s.own[i] + node.factor * given - node.score
    enqueue_if_due(s, i, rules.most, ends)
    return touched


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
    count = np.uint64(s.used[i])
    lines = (count + (count >> _ONE)) // np.uint64(TIES_A_LINE) + _ONE
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
def _remove(s, i, j):  # type: ignore[no-untyped-def]
    at = find_tie(s, i, j)
    last = s.start[i] + np.uint64(s.used[i]) - _ONE
    s.contact[at], s.strength[at] = s.contact[last], s.strength[last]
    s.used[i] -= np.uint32(1)
