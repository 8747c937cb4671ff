"""One person's circle: what each contact gives or takes, as identities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from zhima.engine.network.checks import Indices, Points
from zhima.engine.network.state import State
from zhima.engine.network.terms import Missing, Terms


@dataclass(frozen=True, slots=True)
class Explanation:
    """One person's published score, contact by contact; unpacks to contacts and points.

    score = alone + sum(points), and score = own + sum(net) + missing: identities, whatever error
    the scores still have (decision record 0030).
    """

    contacts: Indices
    points: Points
    """a W_ij x_j: what arrives through each tie."""
    net: Points
    """a W_ij (x_j - b_i): what each tie gives or takes compared with standing alone."""
    share: Points
    """W_ij: each tie's part of the weight that friends have."""
    contact_scores: Points
    """x_j, in points."""
    own: float
    missing: float
    """Points lost to ties that are not there (`ground`), 0 with `self`; never positive."""
    alone: float
    score: float

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        return iter((self.contacts, self.points))


def explanation(state: State, terms: Terms, i: int) -> Explanation:
    """Person i's score in the live network, by contact."""
    slab = slice(int(state.start[i]), int(state.start[i]) + int(state.used[i]))
    contacts, node = state.contact[slab].copy(), state.node[i]
    weighted = node["factor"] * state.strength[slab].astype(float)
    theirs = state.node["score"][contacts]
    points = weighted * theirs
    own, filled = float(state.own[i]), float(weighted.sum())
    return Explanation(
        contacts=contacts,
        points=points,
        net=points - weighted * own,
        share=weighted / terms.weight if terms.weight else weighted,
        contact_scores=theirs,
        own=own,
        missing=(filled - terms.weight) * own if terms.missing is Missing.GROUND else 0.0,
        alone=float(state.grounding[i]) * own,
        score=float(node["score"] + node["residual"]),
    )
