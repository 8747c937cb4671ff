"""Friends, live: sweeps, full solves, shocks and loading, beside their peers in one run.

    python benchmarks/network.py [--quick] [--only sweep solve live load] [--json FILE]

Ours and the peers take turns, medians are shown, and every claim is a ratio. The large sizes are
10 million people and 200 million half-ties; --quick takes a fiftieth of that.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from zhima.engine.network import LiveNetwork, read_edges, solve
from zhima.engine.network.checks import Edges
from zhima.engine.network.circles import Circles, circles_of, denominators_of, strength_sums
from zhima.engine.network.fixpoint import groundings, solve_circles
from zhima.engine.network.sweeps import over_people, sweep_far, sweep_near
from zhima.engine.network.terms import terms_of

WEIGHT, CAPACITY, TOLERANCE = 0.3, 10.0, 0.001
TERMS = terms_of(WEIGHT, CAPACITY, "self")
TIES_EACH = 10
PARTS = ("sweep", "solve", "live", "load", "drift")
Figures = dict[str, float]


def own_points(people: int) -> np.ndarray:
    """Own points of a random society."""
    return np.clip(np.random.default_rng(1).normal(300, 100, people), 0, 600)


def random_edges(people: int) -> Edges:
    """Ten mutual ties a person, each pair once, in random order: no locality to profit from."""
    rng = np.random.default_rng(2)
    i = rng.integers(0, people, people * TIES_EACH, dtype=np.uint32)
    j = rng.integers(0, people, people * TIES_EACH, dtype=np.uint32)
    keys = np.minimum(i, j).astype(np.uint64) << np.uint64(32) | np.maximum(i, j)
    keys = np.unique(keys[i != j])
    del i, j
    rng.shuffle(keys)
    strength = rng.uniform(0.1, 1, len(keys)).astype(np.float32)
    return Edges((keys >> np.uint64(32)).astype(np.uint32), keys.astype(np.uint32), strength)


def medians(contestants: dict[str, Callable[[], Any]], rounds: int) -> Figures:
    """Median seconds of each by the clock and of all its threads, taking turns.

    A first turn does not count. On a machine that others use, the threads' time is the fairer one.
    """
    clock: dict[str, list[float]] = {name: [] for name in contestants}
    threads: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            started, busy = time.perf_counter(), time.process_time()
            run()
            if turn:
                clock[name].append(time.perf_counter() - started)
                threads[name].append(time.process_time() - busy)
    found = {name: float(np.median(each)) for name, each in clock.items()}
    return found | {f"{name}_cpu": float(np.median(each)) for name, each in threads.items()}


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

    def __init__(self, own: np.ndarray, circles: Circles, run: Callable[..., float]) -> None:
        sums = strength_sums(circles)
        factor = WEIGHT / denominators_of(sums, CAPACITY)
        self.ground = (groundings(sums, factor, TERMS) * own).astype(np.float32)
        self.factor, self.own = factor.astype(np.float32), own.astype(np.float32)
        self.circles, self.run = circles, run
        self.now, self.next = self.own.copy(), np.empty_like(self.own)

    def sweep(self) -> float:
        """One sweep; returns its largest change."""
        c = self.circles
        arrays = (c.start, c.contact, c.strength, self.factor, self.ground, self.now, self.next)
        change = self.run(c.people, *(array.ctypes.data for array in arrays))
        self.now, self.next = self.next, self.now
        return change

    def solve(self) -> None:
        """Sweep until the error is certified."""
        self.now[:] = self.own
        while self.sweep() * TERMS.amplification > TOLERANCE:
            pass


def sweep_part(people: int, folder: Path) -> Figures:
    """One sweep over 20 ties a person in float32, and full solves of a tenth of the people."""
    import networkit as nk
    import networkx as nx
    import scipy.sparse as sp

    own, edges = own_points(people), random_edges(people)
    circles = circles_of(edges, people)
    sums = strength_sums(circles)
    factor = WEIGHT / denominators_of(sums, CAPACITY)
    step, residual = own.astype(np.float32), np.zeros(people)
    rows = (circles.start, circles.count, circles.contact, circles.strength)
    columns, ends = circles.contact.astype(np.int32), circles.start.astype(np.int64)
    single = sp.csr_matrix((circles.strength, columns, ends))
    double = single.astype(np.float64)
    holders = np.repeat(np.arange(people, dtype=np.uint64), circles.count)
    triples = (circles.strength.astype(np.float64), (holders, circles.contact.astype(np.uint64)))
    graph = nk.GraphFromCoo(triples, n=people, weighted=True, directed=True)
    rank = nk.centrality.PageRank(graph, damp=WEIGHT, tol=1e-8)
    contestants = {
        "ours": lambda: over_people(people, sweep_near, *rows, factor, step, 1.0, residual),
        "ours_bytes": lambda: over_people(
            people, sweep_far, *rows, factor, step.astype(np.int8), 1.0, residual
        ),
        "scipy_f32": lambda: single @ step,
        "scipy_f64": lambda: double @ own,
        "triad": stream_triad(),
    }
    anchor = c_sweep(folder)
    if anchor:
        contestants["c_openmp"] = Jacobi(own, circles, anchor).sweep
    found = medians(contestants, 11)
    whole, turns = medians({"networkit": rank.run}, 3), max(rank.numberOfIterations(), 1)
    found |= {name: seconds / turns for name, seconds in whole.items()}
    found |= _networkx(people // 10, nx)
    bytes_swept = circles.contact.nbytes + circles.strength.nbytes
    found["share_of_triad"] = bytes_swept / found["ours"] / (24 * TRIAD / found["triad"])
    return found


TRIAD = 40_000_000


def stream_triad() -> Callable[[], Any]:
    """STREAM's triad on every core, 24 bytes an element (McCalpin 1995)."""
    import numba

    @numba.njit(nogil=True)
    def run(a: Any, b: Any, c: Any, first: int, after: int) -> None:
        for k in range(np.uint64(first), np.uint64(after)):
            a[k] = b[k] + 3.0 * c[k]

    arrays = [np.ones(TRIAD) for _ in range(3)]
    return lambda: over_people(TRIAD, run, *arrays)


def _networkx(people: int, nx: Any) -> Figures:
    own, edges = own_points(people), random_edges(people)
    graph = nx.Graph()
    graph.add_nodes_from(range(people))
    graph.add_weighted_edges_from(zip(*(column.tolist() for column in edges), strict=True))
    circles = circles_of(edges, people)
    contestants = {
        "ours_full_solve_small": lambda: solve_circles(
            own, circles, terms=TERMS, tolerance_points=TOLERANCE
        ),
        "networkx_full_solve_small": lambda: nx.pagerank(graph, alpha=WEIGHT, tol=1e-6),
    }
    return medians(contestants, 3)


def solve_part(people: int, folder: Path) -> Figures:
    """Everybody's points to 0.001, on circles laid out and from the edges on."""
    own, edges = own_points(people), random_edges(people)
    before = peak_gib()
    found = _solves(own, circles_of(edges, people), folder)
    started = time.perf_counter()
    solve(own, edges, weight=WEIGHT, capacity=CAPACITY)
    found["ours_from_edges"] = time.perf_counter() - started
    return found | {"peak_gib_before": before, "peak_gib": peak_gib()}


def _solves(own: np.ndarray, circles: Circles, folder: Path) -> Figures:
    contestants: dict[str, Callable[[], Any]] = {
        "ours": lambda: solve_circles(own, circles, terms=TERMS, tolerance_points=TOLERANCE)
    }
    anchor = c_sweep(folder)
    if anchor:
        contestants["c_openmp"] = Jacobi(own, circles, anchor).solve
    return medians(contestants, 3)


def live_part(people: int, _folder: Path) -> Figures:
    """Single changes one by one, changes in batches, a change for everybody."""
    own = own_points(people)
    started = time.perf_counter()
    network = LiveNetwork(own, random_edges(people), weight=WEIGHT, capacity=CAPACITY)
    found = {"build_s": time.perf_counter() - started}
    rng = np.random.default_rng(3)
    who = rng.integers(0, people, 20_000)
    other = rng.integers(0, people, 20_000)
    pairs = strangers(network, who, other)
    jump = np.where(own > 300, own - 100, own + 100)
    found |= latencies("own_100", [lambda i=i: network.set_own(i, jump[i]) for i in who.tolist()])
    nearby = np.clip(own + rng.normal(0, 5, people), 0, 600)
    found |= latencies(
        "own_sd5", [lambda i=i: network.set_own(i, nearby[i]) for i in other.tolist()]
    )
    found |= latencies("tie", [lambda p=p: network.tie(*p, 0.5) for p in pairs])
    found |= latencies("untie", [lambda p=p: network.untie(*p) for p in pairs])
    for name, target in (("own_100", jump), ("own_sd5", nearby)):
        some = rng.permutation(people)[:100_000]
        found[f"{name}_a_cpu_second"] = len(some) / cpu_seconds(
            lambda some=some, target=target: [
                network.set_owns(part, target[part]) for part in np.split(some, 100)
            ]
        )
    everybody = np.clip(own + rng.normal(0, 5, people), 0, 600)
    found["everybody_cpu_s"] = cpu_seconds(lambda: network.set_owns(np.arange(people), everybody))
    return found | {"error_bound": network.error_bound(), "peak_gib": peak_gib()}


def strangers(network: LiveNetwork, who: np.ndarray, other: np.ndarray) -> list[tuple[int, int]]:
    """Pairs that are not tied, each once."""
    pairs = {(min(pair), max(pair)) for pair in zip(who.tolist(), other.tolist(), strict=True)}
    return sorted((i, j) for i, j in pairs if i != j and j not in network.explain(i).contacts)


def latencies(name: str, changes: list[Callable[[], Any]]) -> Figures:
    """Microseconds of single changes, Python's own overhead included."""
    taken = []
    for change in changes:
        started = time.perf_counter()
        change()
        taken.append(1e6 * (time.perf_counter() - started))
    return {
        f"{name}_p50_us": float(np.median(taken)),
        f"{name}_p99_us": float(np.quantile(taken, 0.99)),
    }


def cpu_seconds(run: Callable[[], Any]) -> float:
    """Processor time of a run, all threads together."""
    started = time.process_time()
    run()
    return time.process_time() - started


def load_part(people: int, folder: Path) -> Figures:
    """A Parquet of numbered mutual ties to a live network; in a process of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "ties.parquet"
    pq.write_table(
        pa.table(dict(zip(("i", "j", "strength"), random_edges(people), strict=True))), path
    )
    code = f"import network; network.load_and_print({str(path)!r}, {people})"
    where = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=where, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def load_and_print(path: str, people: int) -> None:
    """What the process of `load_part` does."""
    LiveNetwork([1.0, 2.0], ([0], [1], [1.0]), weight=WEIGHT, capacity=CAPACITY)
    started = time.perf_counter()
    edges = read_edges(Path(path), people=people)
    read = time.perf_counter() - started
    LiveNetwork(own_points(people), edges, weight=WEIGHT, capacity=CAPACITY)
    seconds = time.perf_counter() - started
    print(json.dumps({"read_s": read, "read_and_build_s": seconds, "peak_gib": peak_gib()}))


def drift_part(people: int, _folder: Path) -> Figures:
    """A long life of mixed updates, then the same society solved afresh."""
    own, edges = own_points(people), random_edges(people)
    network = LiveNetwork(own, edges, weight=WEIGHT, capacity=CAPACITY)
    rng, updates, batch = np.random.default_rng(4), 100 * people, 500
    started = time.process_time()
    for _ in range(updates // (4 * batch)):
        who = rng.permutation(people)[: 2 * batch]
        own[who] = rng.uniform(0, 600, len(who))
        network.set_owns(who, own[who])
        ended = rng.permutation(len(edges.i))[:batch]
        i, j, strength = (column[ended] for column in edges)
        network.unties(i, j)
        network.ties(i, j, strength)
    seconds = time.process_time() - started
    network.start_epoch()
    fresh = solve(own, edges, weight=WEIGHT, capacity=CAPACITY, tolerance_points=1e-9)
    return {
        "updates": updates,
        "cpu_s": seconds,
        "error_points": float(np.abs(network.scores() - fresh).max()),
        "error_bound": network.error_bound(),
    }


def peak_gib() -> float:
    """Largest memory this process ever held; getrusage would count its parent's too."""
    [line] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(line) / 2**20


def show(part: str, people: int, figures: Figures) -> None:
    """A small table; seconds of peers with their ratio to ours."""
    print(f"\n{part}: {people:,} people, {2 * TIES_EACH * people:,} half-ties")
    for name, value in figures.items():
        ours = "ours_cpu" if name.endswith("_cpu") else "ours"
        ratio = f"{value / figures[ours]:>8.2f} x ours" if is_peer(name, figures) else ""
        print(f"  {name:<28}{value:>14.4f}{ratio}")


def is_peer(name: str, figures: Figures) -> bool:
    """Whether a figure is a time to be held against `ours`."""
    peers = {"scipy_f32", "scipy_f64", "networkit", "c_openmp"}
    return "ours" in figures and name.removesuffix("_cpu") in peers


def main() -> None:
    """Run the parts asked for, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    large = 200_000 if asked.quick else 10_000_000
    sizes = {
        "sweep": 200_000 if asked.quick else 1_000_000,
        "drift": 10_000 if asked.quick else 100_000,
    }
    runs = {
        "sweep": sweep_part,
        "solve": solve_part,
        "live": live_part,
        "load": load_part,
        "drift": drift_part,
    }
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.only:
            people = sizes.get(part, large)
            results[part] = runs[part](people, Path(folder))
            show(part, people, results[part])
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
