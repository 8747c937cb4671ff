"""The live network's memory: laid out from edges, given more room, packed again."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Edges, Indices, Points
from zhima.engine.network.circles import Circles, circles_of, denominators_of, strength_sums
from zhima.engine.network.fixpoint import first_guess, groundings
from zhima.engine.network.refusals import TermsOutOfRangeError, TieCapError
from zhima.engine.network.state import State, empty_state
from zhima.engine.network.terms import Missing, Terms

SPARE_SHARE = 0.5
"""Room beyond what is used, for slabs that grow; the system backs it only once it is written."""
LEAST_SPARE_TIES = 4096


def lay_out(own: Points, edges: Edges, *, terms: Terms, tie_cap: Indices) -> State:
    """The state before anything was relaxed; DuplicateTieError or TieCapError as they apply."""
    people = len(own)
    spare = spare_ties(2 * len(edges.i))
    circles = circles_of(edges, people, strength_type=np.float32, spare=spare)
    _check_caps(circles.count, tie_cap)
    state = empty_state(people, 0)._replace(
        own=own.copy(),
        start=circles.start[:-1].copy(),
        used=circles.count,
        room=circles.count.copy(),
        tie_cap=tie_cap,
        contact=circles.contact,
        strength=circles.strength,
    )
    sums = strength_sums(circles)
    state.node["factor"] = terms.weight / denominators_of(sums, terms.capacity)
    state.grounding[:] = groundings(sums, state.node["factor"], terms)
    guess = first_guess(own, sums, state.node["factor"], state.grounding)
    state.node["score"], state.node["residual"] = guess
    return state


def rows_of(state: State, people: int) -> Circles:
    """The ties of the first `people` people, seen as circles."""
    return Circles(state.start[:people], state.used[:people], state.contact, state.strength)


def spare_ties(used: int) -> int:
    """Free half-ties an arena is given beyond those used."""
    return max(LEAST_SPARE_TIES, int(used * SPARE_SHARE))


def caps_of(tie_cap: int | npt.ArrayLike, people: int) -> Indices:
    """A tie cap for each of `people` people from one number or one a person."""
    caps = np.asarray(tie_cap)
    if caps.shape not in {(), (people,)} or caps.dtype.kind not in "iu" or (caps < 0).any():
        raise TermsOutOfRangeError(
            f"tie_cap must be one whole number or one for each of the {people} people"
        )
    return np.broadcast_to(caps, people).astype(np.uint32)


def _check_caps(ties: Indices, tie_cap: Indices) -> None:
    over = np.flatnonzero(ties > tie_cap)
    if len(over):
        raise at_cap(int(over[0]), int(tie_cap[over[0]]))


def at_cap(person: int, cap: int) -> TieCapError:
    """The refusal of a tie beyond the cap."""
    return TieCapError(f"person {person} may have {cap} ties and would have more; end one first")


def admit(state: State, terms: Terms, first: int, own: Points, tie_cap: Indices) -> None:
    """Write people without ties into the slots from `first` on."""
    slots = slice(first, first + len(own))
    state.own[slots], state.tie_cap[slots] = own, tie_cap
    state.used[slots] = state.room[slots] = 0
    state.grounding[slots] = 1 - terms.weight if terms.missing is Missing.GROUND else 1
    node = state.node[slots]
    node["factor"] = terms.weight / terms.capacity
    node["score"] = node["reported"] = state.grounding[slots] * own
    node["residual"] = 0


def erase(state: State, people: Indices) -> None:
    """Forget the points of people whose ties were ended."""
    state.own[people] = np.nan
    for field in ("score", "residual", "reported"):
        state.node[field][people] = 0


def ties_of(state: State, people: Indices) -> tuple[Indices, Indices]:
    """Each tie that one of `people` (sorted) has, once, as two parallel arrays."""
    count = state.used[people].astype(np.int64)
    first = np.repeat(state.start[people].astype(np.int64) - np.cumsum(count) + count, count)
    contacts = state.contact[first + np.arange(len(first))]
    holders = np.repeat(people, count)
    once = ~np.isin(contacts, people) | (holders < contacts)
    return holders[once], contacts[once]


def packed(state: State, people: int, *, spare: int) -> tuple[State, int]:
    """The same ties in one row from the arena's front, and the new tail."""
    count = state.used[:people]
    start = np.zeros(len(state.start) + 1, np.uint64)
    np.cumsum(state.used, out=start[1:])
    used = int(count.sum(dtype=np.uint64))
    contact = np.empty(used + spare, np.uint32)
    strength = np.empty(used + spare, np.float32)
    gather_rows(state, np.uint64(0), np.uint64(people), contact, strength)
    room = state.used.copy()
    new = state._replace(start=start[:-1].copy(), room=room, contact=contact, strength=strength)
    return new, used


@numba.njit(cache=True, nogil=True)
def gather_rows(s, first, after, contact, strength):  # type: ignore[no-untyped-def]
    """Copy the ties of people first..after one after the other; returns how many."""
    filled = np.uint64(0)
    for i in range(first, after):
        for at in range(s.start[i], s.start[i] + np.uint64(s.used[i])):
            contact[filled], strength[filled] = s.contact[at], s.strength[at]
            filled += np.uint64(1)
    return filled
