"""Pushing: a residual too large to stay moves its person's score and is passed on to contacts.

Work stays with those who feel the change, whatever the population (Andersen, Chung & Lang 2006;
Zhang, Lofgren & Goel 2016, arXiv 1603.07796). First in, first out, so that the same updates
give the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from zhima.engine.network.checks import Indices, Points
from zhima.engine.network.prefetching import prefetch

TIES_A_LINE = 16
"""Contacts (and strengths) that one cache line holds."""

_ONE = np.uint64(1)


class Rules(NamedTuple):
    """What every update is held to."""

    weight: float
    ground: bool
    most: float
    """Largest residual that may stay."""
    tolerance: float
    """Changes beyond this are reported."""
    sweep_above: int
    """People waiting at the start of a push beyond whom everybody is swept."""


class Pushed(NamedTuple):
    """What an update did."""

    people: Indices
    scores: Points
    touched: np.uint64
    reached: np.uint64
    """Contacts whose residual was added to."""
    waiting: np.uint64
    """People left in the queue for a sweep; 0 when all is pushed."""


@numba.njit(cache=True, nogil=True, inline="always")
def touch(s, i, update, touched):  # type: ignore[no-untyped-def]
    """Note person i as they were before this update; returns how many are noted."""
    node = s.node[i]
    if node.mark >> np.uint32(1) == update:
        return touched
    note = s.before[touched]
    note.person, note.score, note.residual = i, node.score, node.residual
    node.mark = update << np.uint32(1)
    return touched + _ONE


@numba.njit(cache=True, nogil=True, inline="always")
def enqueue_if_due(s, i, most, ends):  # type: ignore[no-untyped-def]
    """Queue person i unless the residual may stay or they wait already.

    `ends` holds the number of people ever queued and ever taken out in this update.
    """
    node = s.node[i]
    if abs(node.residual) > most and not node.mark & np.uint32(1):
        node.mark |= np.uint32(1)
        s.queue[ends[0] % np.uint64(len(s.queue))] = i
        ends[0] += _ONE


@numba.njit(cache=True, nogil=True)
def push_all(s, most, update, touched, ends):  # type: ignore[no-untyped-def]
    """Empty the queue; returns the people touched and the contacts reached."""
    reached = np.uint64(0)
    while ends[1] < ends[0]:
        _look_ahead(s, ends)
        i = np.uint64(s.queue[ends[1] % np.uint64(len(s.queue))])
        ends[1] += _ONE
        node = s.node[i]
        node.mark &= ~np.uint32(1)
        if abs(node.residual) > most:
            reached += np.uint64(s.used[i])
            touched = _push(s, i, most, update, touched, ends)
    return touched, reached


@numba.njit(cache=True, nogil=True)
def _push(s, i, most, update, touched, ends):  # type: ignore[no-untyped-def]
    node = s.node[i]
    moved_to = node.score + node.residual
    change = moved_to - node.score
    node.residual -= change
    node.score = moved_to
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        j = np.uint64(s.contact[at])
        touched = touch(s, j, update, touched)
        contact = s.node[j]
        contact.residual += contact.factor * s.strength[at] * change
        enqueue_if_due(s, j, most, ends)
    return touched


@numba.njit(cache=True, nogil=True, inline="always")
def _look_ahead(s, ends):  # type: ignore[no-untyped-def]
    # Three steps of one journey, each for a person a little further back in the queue: where the
    # slab lies, the slab, the contacts in it.
    ring = np.uint64(len(s.queue))
    waiting = ends[0] - ends[1]
    if waiting > np.uint64(4):
        i = np.uint64(s.queue[(ends[1] + np.uint64(4)) % ring])
        prefetch(s.start, i)
        prefetch(s.used, i)
    if waiting > np.uint64(2):
        fetch_slab(s, np.uint64(s.queue[(ends[1] + np.uint64(2)) % ring]))
    if waiting > _ONE:
        fetch_contacts(s, np.uint64(s.queue[(ends[1] + _ONE) % ring]))


@numba.njit(cache=True, nogil=True, inline="always")
def fetch_slab(s, i):  # type: ignore[no-untyped-def]
    """Ask for the lines that hold person i's ties."""
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i]), np.uint64(TIES_A_LINE)):
        prefetch(s.contact, at)
        prefetch(s.strength, at)


@numba.njit(cache=True, nogil=True, inline="always")
def fetch_contacts(s, i):  # type: ignore[no-untyped-def]
    """Ask for the nodes of person i's contacts."""
    for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
        prefetch(s.node, np.uint64(s.contact[at]))


@numba.njit(cache=True, nogil=True)
def finish(s, rules, update, touched, ends):  # type: ignore[no-untyped-def]
    """Push and report, unless so many wait that sweeps over everybody are cheaper."""
    waiting = ends[0] - ends[1]
    reached = np.uint64(0)
    if waiting <= rules.sweep_above:
        touched, reached = push_all(s, rules.most, update, touched, ends)
        waiting = np.uint64(0)
        people, scores = _report(s, touched, rules.tolerance)
    else:
        people, scores = np.empty(0, np.uint32), np.empty(0)
    return Pushed(people, scores, touched, reached, waiting)


@numba.njit(cache=True, nogil=True)
def _report(s, touched, tolerance):  # type: ignore[no-untyped-def]
    """Who of the touched changed by more than the tolerance, and their published scores.

    Counted from before this update, and from what listeners were last told: many small changes
    do not pass unnoticed.
    """
    people = np.empty(touched, np.uint32)
    scores = np.empty(touched)
    found = 0
    for at in range(touched):
        note = s.before[at]
        node = s.node[note.person]
        now = node.score + node.residual
        moved = abs(now - (note.score + note.residual)) > tolerance
        if moved or abs(now - node.reported) > tolerance:
            node.reported = now
            people[found], scores[found] = note.person, now
            found += 1
    return people[:found].copy(), scores[:found].copy()


@numba.njit(cache=True, nogil=True)
def take_back(s, touched):  # type: ignore[no-untyped-def]
    """Put every touched person back as they were before the update."""
    for at in range(touched):
        note = s.before[at]
        s.node[note.person].score = note.score
        s.node[note.person].residual = note.residual
