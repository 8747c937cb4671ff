"""The changes that start a push: own points, ties made and ended, a look at what if.

Each notes whom it touches, changes the state, queues what must be pushed and ends in `finish`.
A change of ties is refused whole or made whole.
"""

from __future__ import annotations

import numba
import numpy as np

from zhima.engine.network.pushing import (
    Pushed,
    enqueue_if_due,
    fetch_contacts,
    fetch_slab,
    finish,
    push_all,
    take_back,
    touch,
)
from zhima.engine.network.slabs import FINE, append_ties, find_tie, remove_ties


@numba.njit(cache=True, nogil=True)
def set_owns(s, rules, update, people, points):  # type: ignore[no-untyped-def]
    """New own points."""
    touched = queued = np.uint64(0)
    for e in range(len(people)):
        i = np.uint64(people[e])
        touched = touch(s.node, s.before, i, update, touched)
        person = s.node[i]
        if s.grounding[i] == 1:
            # Alone, or weight 0: own points are the score, bit for bit.
            person.score, person.residual = points[e], 0.0
        else:
            person.residual += s.grounding[i] * (points[e] - s.own[i])
        s.own[i] = points[e]
        queued = enqueue_if_due(s.node, s.queue, i, rules.most, queued)
    return finish(s, rules, update, touched, queued)


@numba.njit(cache=True, nogil=True)
def add_ties(s, rules, update, i, j, strength, tail):  # type: ignore[no-untyped-def]
    """New ties; returns the verdict, the tie it is about, the arena's new tail, what was pushed."""
    verdict, at, tail = append_ties(s, i, j, strength, tail)
    if verdict != FINE:
        return verdict, at, tail, _nothing_pushed()
    return verdict, at, tail, _retarget_pairs(s, rules, update, i, j)


@numba.njit(cache=True, nogil=True)
def end_ties(s, rules, update, i, j):  # type: ignore[no-untyped-def]
    """Ties that end; returns the verdict, the tie it is about, what was pushed."""
    verdict, at = remove_ties(s, i, j)
    if verdict != FINE:
        return verdict, at, _nothing_pushed()
    return verdict, at, _retarget_pairs(s, rules, update, i, j)


@numba.njit(cache=True, nogil=True)
def _nothing_pushed():  # type: ignore[no-untyped-def]
    none = np.uint64(0)
    return Pushed(np.empty(0, np.uint32), np.empty(0), none, none, none)


@numba.njit(cache=True, nogil=True)
def _retarget_pairs(s, rules, update, i, j):  # type: ignore[no-untyped-def]
    touched = queued = np.uint64(0)
    for e in range(len(i)):
        touched, queued = _retarget(s, rules, update, np.uint64(i[e]), touched, queued)
        touched, queued = _retarget(s, rules, update, np.uint64(j[e]), touched, queued)
    return finish(s, rules, update, touched, queued)


@numba.njit(cache=True, nogil=True)
def score_without(s, rules, update, i, j):  # type: ignore[no-untyped-def]
    """Person i's published score if the tie to j ended; the state comes out as it went in."""
    here, there = find_tie(s, i, j), find_tie(s, j, i)
    strength = s.strength[here]
    groundings = s.grounding[i], s.grounding[j]
    s.strength[here] = s.strength[there] = 0
    touched = queued = np.uint64(0)
    touched, queued = _retarget(s, rules, update, i, touched, queued)
    touched, queued = _retarget(s, rules, update, j, touched, queued)
    touched, _ = push_all(s, rules.most, update, touched, queued)
    published = s.node[i].score + s.node[i].residual
    take_back(s.node, s.before, touched)
    s.strength[here] = s.strength[there] = strength
    s.grounding[i], s.grounding[j] = groundings
    return published


@numba.njit(cache=True, nogil=True)
def _retarget(s, rules, update, i, touched, queued):  # type: ignore[no-untyped-def]
    # Factor, grounding and residual worked out afresh: ties leave no rounding behind.
    node, contact, strength = s.node, s.contact, s.strength
    fetch_slab(s.start, s.used, contact, strength, i)
    fetch_contacts(node, s.start, s.used, contact, i)
    touched = touch(node, s.before, i, update, touched)
    person = node[i]
    total = given = 0.0
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        total += strength[at]
        given += strength[at] * node[contact[at]].score
    # D only grows before the next epoch, so that no row of W exceeds 1.
    if total * person.factor > rules.weight:
        person.factor = rules.weight / total
    if not rules.ground:
        s.grounding[i] = 1 - person.factor * total
    if s.grounding[i] == 1:
        person.score, person.residual = s.own[i], 0.0
    else:
        person.residual = s.grounding[i] * s.own[i] + person.factor * given - person.score
    return touched, enqueue_if_due(node, s.queue, i, rules.most, queued)
