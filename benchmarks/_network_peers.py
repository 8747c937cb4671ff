"""The peers of the network benchmark: C, scipy, networkit, networkx, and STREAM's triad."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from _network_society import own_points, random_edges

from zhima.engine.network.circles import Circles, denominators_of, strength_sums
from zhima.engine.network.fixpoint import groundings
from zhima.engine.network.ranges import over_ranges
from zhima.engine.network.terms import Terms

TRIAD_NUMBERS, TRIAD_NUMBERS_A_TASK = 40_000_000, 2**18
TRIAD_BYTES = 3 * 8 * TRIAD_NUMBERS


def c_sweep(folder: Path) -> Callable[..., float] | None:
    """The C anchor compiled here and now; None without a compiler."""
    library = folder / "sweep.so"
    flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
    source = Path(__file__).with_name("network_sweep.c")
    try:
        subprocess.run(["gcc", *flags, str(source), "-o", str(library)], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    run = ctypes.CDLL(str(library)).sweep
    run.restype = ctypes.c_float
    run.argtypes = [ctypes.c_int64] + [ctypes.c_void_p] * 7
    return run


class Jacobi:
    """Plain sweeps in float32: what the C anchor runs."""

    def __init__(
        self, own: np.ndarray, circles: Circles, terms: Terms, run: Callable[..., float]
    ) -> None:
        sums = strength_sums(circles)
        factor = terms.weight / denominators_of(sums, terms.capacity)
        self.ground = (groundings(sums, factor, terms) * own).astype(np.float32)
        self.factor, self.own = factor.astype(np.float32), own.astype(np.float32)
        self.circles, self.terms, self.run = circles, terms, run
        self.now, self.next = self.own.copy(), np.empty_like(self.own)

    def sweep(self) -> float:
        """One sweep; returns its largest change."""
        c = self.circles
        arrays = (c.start, c.contact, c.strength, self.factor, self.ground, self.now, self.next)
        change = self.run(c.people, *(array.ctypes.data for array in arrays))
        self.now, self.next = self.next, self.now
        return change

    def solve(self, tolerance_points: float) -> None:
        """Sweep until the error is certified."""
        self.now[:] = self.own
        while self.sweep() * self.terms.amplification > tolerance_points:
            pass


def scipy_sweeps(circles: Circles, own: np.ndarray) -> dict[str, Callable[[], Any]]:
    """scipy's sparse matrix times a vector, in single and in double precision."""
    import scipy.sparse as sp

    columns, ends = circles.contact.astype(np.int32), circles.start.astype(np.int64)
    single = sp.csr_matrix((circles.strength, columns, ends))
    double, points = single.astype(np.float64), own.astype(np.float32)
    return {"scipy_f32": lambda: single @ points, "scipy_f64": lambda: double @ own}


def networkit_rank(circles: Circles, weight: float) -> Any:
    """networkit's PageRank: the nearest thing it has to the friends' sweep."""
    import networkit as nk

    holders = np.repeat(np.arange(circles.people, dtype=np.uint64), circles.count)
    ends = (holders, circles.contact.astype(np.uint64))
    triples = (circles.strength.astype(np.float64), ends)
    graph = nk.GraphFromCoo(triples, n=circles.people, weighted=True, directed=True)
    return nk.centrality.PageRank(graph, damp=weight, tol=1e-8)


def networkx_rank(people: int, weight: float) -> Callable[[], Any]:
    """networkx's PageRank of the society with so many people, to a like precision."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(people))
    columns = (column.tolist() for column in random_edges(people))
    graph.add_weighted_edges_from(zip(*columns, strict=True))
    start = dict(enumerate(own_points(people) / people))
    return lambda: nx.pagerank(graph, alpha=weight, tol=1e-6, nstart=start)


def stream_triad() -> Callable[[], Any]:
    """STREAM's triad on every core (McCalpin 1995)."""

    @numba.njit(nogil=True)
    def run(a: Any, b: Any, c: Any, first: int, after: int) -> None:
        for k in range(np.uint64(first), np.uint64(after)):
            a[k] = b[k] + 3.0 * c[k]

    arrays = [np.ones(TRIAD_NUMBERS) for _ in range(3)]
    return lambda: over_ranges(TRIAD_NUMBERS, TRIAD_NUMBERS_A_TASK, run, *arrays)
