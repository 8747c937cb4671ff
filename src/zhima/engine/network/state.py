"""Everything the live network holds, as flat arrays a kernel can walk."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Indices, Points

NODE = np.dtype(
    [
        ("residual", "f8"),  # what T(x) - x still asks of the score
        ("score", "f8"),  # x; score + residual is what is published
        ("factor", "f8"),  # a / D
        ("reported", "f4"),  # the published score listeners were last told
        ("mark", "u4"),  # 2 * (update that last touched this person) + (waits in the queue)
    ],
    align=True,
)
"""What a push reads and writes of a contact: half a cache line, never astride two."""

BEFORE = np.dtype([("score", "f8"), ("residual", "f8"), ("person", "u4"), ("unused", "u4")])
"""A touched person as they were before the update: to tell what changed, and to take it back."""

LAST_UPDATE = 2**31 - 2
"""A mark has room for this many updates before marks are wiped."""

CACHE_LINE_BYTES = 64


class State(NamedTuple):
    """Arrays by person have room for people to come; the ties lie in one arena, a slab a person."""

    node: npt.NDArray[np.void]
    own: Points
    """Points; NaN once a person was removed."""
    grounding: Points
    """Share of the score that rests on own points."""
    start: npt.NDArray[np.uint64]
    used: Indices
    room: Indices
    """Slab of person i: start[i], of which used[i] ties are in use and room[i] fit."""
    tie_cap: Indices
    contact: Indices
    strength: npt.NDArray[np.float32]
    """The arena; what lies beyond `tail` is free."""
    queue: Indices
    """A ring of people whose residual exceeds what may stay."""
    before: npt.NDArray[np.void]


BY_PERSON = ("node", "own", "grounding", "start", "used", "room", "tie_cap", "queue", "before")


def empty_state(people_room: int, ties_room: int) -> State:
    """Room for people and half-ties; memory is claimed by the system only as it is written."""
    return State(
        node=_aligned_nodes(people_room),
        own=np.zeros(people_room),
        grounding=np.zeros(people_room),
        start=np.zeros(people_room, np.uint64),
        used=np.zeros(people_room, np.uint32),
        room=np.zeros(people_room, np.uint32),
        tie_cap=np.zeros(people_room, np.uint32),
        contact=np.empty(ties_room, np.uint32),
        strength=np.empty(ties_room, np.float32),
        queue=np.empty(people_room, np.uint32),
        before=np.empty(people_room, BEFORE),
    )


def with_more_people(state: State, people_room: int) -> State:
    """The same state with room for more people."""
    larger = empty_state(people_room, 0)
    for name in BY_PERSON:
        old: npt.NDArray[Any] = getattr(state, name)
        getattr(larger, name)[: len(old)] = old
    return larger._replace(contact=state.contact, strength=state.strength)


def _aligned_nodes(people_room: int) -> npt.NDArray[np.void]:
    raw = np.zeros(people_room * NODE.itemsize + CACHE_LINE_BYTES, np.uint8)
    skip = -raw.ctypes.data % CACHE_LINE_BYTES
    return raw[skip : skip + people_room * NODE.itemsize].view(NODE)
