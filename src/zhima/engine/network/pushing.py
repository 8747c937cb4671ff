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
from zhima.engine.network.slabs import TIES_A_LINE

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


@numba.njit(cache=True, nogil=True)
def touch(node, before, i, update, touched):  # type: ignore[no-untyped-def]
    """Note person i as they were before this update; returns how many are noted."""
    person = node[i]
    if person.mark >> np.uint32(1) == update:
        return touched
    note = before[touched]
    note.person, note.score, note.residual = i, person.score, person.residual
    person.mark = update << np.uint32(1)
    return touched + _ONE


@numba.njit(cache=True, nogil=True)
def enqueue_if_due(node, queue, i, most, queued):  # type: ignore[no-untyped-def]
    """Queue person i unless the residual may stay or they wait already.

    Returns the number of people ever queued in this update.
    """
    person = node[i]
    if abs(person.residual) <= most or person.mark & np.uint32(1):
        return queued
    person.mark |= np.uint32(1)
    queue[queued % np.uint64(len(queue))] = i
    return queued + _ONE


@numba.njit(cache=True, nogil=True)
def push_all(s, most, update, touched, queued):  # type: ignore[no-untyped-def]
    """Empty the queue; returns the people touched and the contacts reached."""
    # Attributes of a tuple are counted references: read them once, outside the loops.
    node, queue, before = s.node, s.queue, s.before
    start, used, contact, strength = s.start, s.used, s.contact, s.strength
    reached = taken = np.uint64(0)
    while taken < queued:
        _look_ahead(node, queue, start, used, contact, strength, taken, queued)
        i = np.uint64(queue[taken % np.uint64(len(queue))])
        taken += _ONE
        person = node[i]
        person.mark &= ~np.uint32(1)
        if abs(person.residual) <= most:
            continue
        moved_to = person.score + person.residual
        change = moved_to - person.score
        person.residual -= change
        person.score = moved_to
        reached += np.uint64(used[i])
        for at in range(start[i], start[i] + np.uint64(used[i])):
            j = np.uint64(contact[at])
            touched = touch(node, before, j, update, touched)
            node[j].residual += node[j].factor * strength[at] * change
            queued = enqueue_if_due(node, queue, j, most, queued)
    return touched, reached


@numba.njit(cache=True, nogil=True)
def _look_ahead(node, queue, start, used, contact, strength, taken, queued):  # type: ignore[no-untyped-def]
    # Three steps of one journey, each for a person a little further back in the queue: where the
    # slab lies, the slab, the contacts in it.
    ring = np.uint64(len(queue))
    waiting = queued - taken
    if waiting > np.uint64(4):
        i = np.uint64(queue[(taken + np.uint64(4)) % ring])
        prefetch(start, i)
        prefetch(used, i)
    if waiting > np.uint64(2):
        i = np.uint64(queue[(taken + np.uint64(2)) % ring])
        fetch_slab(start, used, contact, strength, i)
    if waiting > _ONE:
        fetch_contacts(node, start, used, contact, np.uint64(queue[(taken + _ONE) % ring]))


@numba.njit(cache=True, nogil=True)
def fetch_slab(start, used, contact, strength, i):  # type: ignore[no-untyped-def]
    """Ask for the lines that hold person i's ties."""
    for at in range(start[i], start[i] + np.uint64(used[i]), np.uint64(TIES_A_LINE)):
        prefetch(contact, at)
        prefetch(strength, at)


@numba.njit(cache=True, nogil=True)
def fetch_contacts(node, start, used, contact, i):  # type: ignore[no-untyped-def]
    """Ask for the nodes of person i's contacts."""
    for at in range(start[i], start[i] + np.uint64(used[i])):
        prefetch(node, np.uint64(contact[at]))


@numba.njit(cache=True, nogil=True)
def finish(s, rules, update, touched, queued):  # type: ignore[no-untyped-def]
    """Push and report, unless so many wait that sweeps over everybody are cheaper."""
    if queued > rules.sweep_above:
        return Pushed(np.empty(0, np.uint32), np.empty(0), touched, np.uint64(0), queued)
    touched, reached = push_all(s, rules.most, update, touched, queued)
    people, scores = _report(s.node, s.before, touched, rules.tolerance)
    return Pushed(people, scores, touched, reached, np.uint64(0))


@numba.njit(cache=True, nogil=True)
def _report(node, before, touched, tolerance):  # type: ignore[no-untyped-def]
    # Counted from before this update, and from what listeners were last told: many small changes
    # do not pass unnoticed.
    people, scores = np.empty(touched, np.uint32), np.empty(touched)
    found = np.uint64(0)
    for at in range(touched):
        note = before[at]
        person = node[note.person]
        now = person.score + person.residual
        moved = abs(now - (note.score + note.residual)) > tolerance
        if moved or abs(now - person.reported) > tolerance:
            person.reported = now
            people[found], scores[found] = note.person, now
            found += _ONE
    return people[:found], scores[:found]


@numba.njit(cache=True, nogil=True)
def take_back(node, before, touched):  # type: ignore[no-untyped-def]
    """Put every touched person back as they were before the update."""
    for at in range(touched):
        note = before[at]
        node[note.person].score = note.score
        node[note.person].residual = note.residual
