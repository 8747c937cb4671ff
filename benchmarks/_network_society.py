"""A random society for the network benchmark: as many people as asked for, ten ties each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import numpy as np

from zhima.engine.network.checks import Edges

TIES_EACH, MOST_TIES = 10, 40
COLUMNS = ("i", "j", "strength")


def own_points(people: int) -> np.ndarray:
    """Own points of a random society."""
    return np.clip(np.random.default_rng(1).normal(300, 100, people), 0, 600)


def random_edges(people: int) -> Edges:
    """About ten mutual ties a person, each pair once, in an order without locality.

    Person k of a circle takes the first Poisson(10) of forty distances and is tied to those that
    far ahead; then people and ties change places at random.
    """
    rng = np.random.default_rng(2)
    ahead = rng.choice(np.arange(1, people // 2, dtype=np.uint32), MOST_TIES, replace=False)
    taken = np.minimum(rng.poisson(TIES_EACH, people), MOST_TIES).astype(np.uint32)
    ties = int(taken.sum())
    edges = Edges(np.empty(ties, np.uint32), np.empty(ties, np.uint32), rng.random(ties, "f4"))
    np.multiply(edges.strength, 0.9, out=edges.strength)
    np.add(edges.strength, 0.1, out=edges.strength)
    names = rng.permutation(people).astype(np.uint32)
    _tie(names, ahead, taken, np.uint64(coprime(ties)), edges.i, edges.j)
    return edges


def coprime(ties: int) -> int:
    """A factor whose multiples visit every place once, and far apart."""
    factor = int(ties * 0.618) | 1
    while np.gcd(factor, ties) != 1:
        factor += 2
    return factor


@numba.njit
def _tie(names: Any, ahead: Any, taken: Any, stride: Any, i: Any, j: Any) -> None:
    people, ties, place = np.uint64(len(names)), np.uint64(len(i)), np.uint64(0)
    for k in range(people):
        for t in range(taken[k]):
            i[place], j[place] = names[k], names[(k + np.uint64(ahead[t])) % people]
            place = (place + stride) % ties


def keep(edges: Edges, folder: Path) -> None:
    """Write ties for other processes, a file a column."""
    for name, column in zip(COLUMNS, edges, strict=True):
        np.save(folder / f"{name}.npy", column)


def kept_edges(folder: Path) -> Edges:
    """Read what `keep` wrote."""
    return Edges(*(np.load(folder / f"{name}.npy") for name in COLUMNS))
