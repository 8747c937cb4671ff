"""Small societies for tests, and the friends' part worked out the plain way: a dense matrix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

Array = npt.NDArray[np.float64]


class Society(NamedTuple):
    """Own points, ties (i, j, strength), and the terms of friendship."""

    own: Array
    edges: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Array]
    weight: float
    capacity: float
    missing: str

    @property
    def terms(self) -> dict[str, float | str]:
        return {"weight": self.weight, "capacity": self.capacity, "missing": self.missing}

    @property
    def tie_sums(self) -> Array:
        return matrix(len(self.own), self.edges).sum(axis=1)

    def exact(self) -> Array:
        denominators = np.maximum(self.tie_sums, self.capacity)
        return exact_scores(self.own, self.edges, denominators, **self.terms)


def matrix(people: int, edges: tuple[npt.ArrayLike, ...]) -> Array:
    strengths = np.zeros((people, people))
    i, j, strength = (np.asarray(column) for column in edges)
    strengths[i.astype(int), j.astype(int)] = strength
    return strengths + strengths.T


def exact_scores(
    own: Array,
    edges: tuple[npt.ArrayLike, ...],
    denominators: Array,
    *,
    weight: float,
    capacity: float,
    missing: str,
) -> Array:
    """The fixpoint of DESIGN's formula by a linear solver."""
    people = len(own)
    w = matrix(people, edges) / denominators[:, None]
    ground = (1 - weight) * own
    if missing == "self":
        ground = ground + weight * (1 - w.sum(axis=1)) * own
    return np.linalg.solve(np.eye(people) - weight * w, ground)


points = st.floats(0, 600) | st.sampled_from([0.0, 600.0])
any_weight = st.floats(0, 0.6)
strengths = st.floats(0.01, 1) | st.sampled_from([1.0])


@st.composite
def societies(draw: st.DrawFn, *, weights: st.SearchStrategy[float] = any_weight) -> Society:
    people = draw(st.integers(1, 14))
    pairs = [(i, j) for i in range(people) for j in range(i + 1, people)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    own = draw(st.lists(points, min_size=people, max_size=people))
    tied = draw(st.lists(strengths, min_size=len(chosen), max_size=len(chosen)))
    ends = np.array(chosen, dtype=np.int64).reshape(-1, 2)
    return Society(
        np.array(own),
        (ends[:, 0], ends[:, 1], np.array(tied, dtype=float)),
        draw(weights),
        draw(st.floats(0.3, 10)),
        draw(st.sampled_from(["self", "ground"])),
    )
