"""Friends, live: sweeps, full solves, shocks and loading, beside their peers in one run.

    python benchmarks/network.py [--quick] [--only sweep solve live load city drift] [--json FILE]

Ours and the peers take turns, medians are shown, and every claim is a ratio. The large sizes are
10 million people and 200 million half-ties; --quick takes a fiftieth of that. Each part runs in
a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

# In front, this folder's http.py would hide the standard library's from networkit.
if sys.path[0] == str(Path(__file__).parent):
    sys.path.append(sys.path.pop(0))

from _figures import Goals, writable, write
from _figures import show as figures_table
from _network_peers import (
    TRIAD_BYTES,
    Jacobi,
    c_sweep,
    networkit_rank,
    networkx_rank,
    scipy_sweeps,
    stream_triad,
)
from _network_society import COLUMNS, keep, kept_edges, own_points, random_edges

from zhima.engine.network import LiveNetwork, read_edges, solve
from zhima.engine.network.checks import Edges
from zhima.engine.network.circles import PEOPLE_A_TASK, circles_of, denominators_of, strength_sums
from zhima.engine.network.fixpoint import solve_circles
from zhima.engine.network.ranges import over_ranges
from zhima.engine.network.sweeps import sweep_far, sweep_near
from zhima.engine.network.terms import terms_of

WEIGHT, CAPACITY, TOLERANCE = 0.3, 10.0, 0.001
RULES = {"weight": WEIGHT, "capacity": CAPACITY}
TERMS = terms_of(WEIGHT, CAPACITY, "self")
Figures = dict[str, float]

GOALS: dict[str, Goals] = {
    "sweep": {
        "scipy_f32_over_ours": (">=", 1.5),
        "scipy_f64_over_ours": (">=", 3),
        "networkit_over_ours": (">=", 9),
        "networkx_solve_over_ours": (">=", 60),
        "share_of_triad": (">=", 0.30),
    },
    "solve": {"from_edges_s": ("<", 4), "ours_over_c": ("<=", 1.5), "peak_gib": ("<", 4)},
    "live": {
        "own_100_p50_us": ("<=", 25),
        "own_100_p99_us": ("<=", 300),
        "own_100_a_cpu_second": (">=", 30_000),
        "own_sd5_a_cpu_second": (">=", 300_000),
        "tie_p50_us": ("<", 20),
        "untie_p50_us": ("<", 20),
        "everybody_cpu_s": ("<", 40),
    },
    "load": {"read_and_build_s": ("<", 60), "peak_gib": ("<", 6)},
    "city": {},
    "drift": {"error_points": ("<=", 0.05)},
}


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
    found = {f"{name}_s": float(np.median(each)) for name, each in clock.items()}
    return found | {f"{name}_cpu_s": float(np.median(each)) for name, each in threads.items()}


def sweep_part(people: int, folder: Path) -> Figures:
    """One sweep over 20 ties a person in float32, and full solves of a tenth of the people."""
    own, circles = own_points(people), circles_of(random_edges(people), people)
    factor = WEIGHT / denominators_of(strength_sums(circles), CAPACITY)
    step, residual = own.astype(np.float32), np.zeros(people)
    rows = (circles.start, circles.count, circles.contact, circles.strength)
    asked = (people, PEOPLE_A_TASK)
    contestants = {
        "ours": lambda: over_ranges(*asked, sweep_near, *rows, factor, step, 1.0, residual),
        "ours_bytes": lambda: over_ranges(
            *asked, sweep_far, *rows, factor, step.astype(np.int8), 1.0, residual
        ),
        **scipy_sweeps(circles, own),
        "triad": stream_triad(),
    }
    anchor = c_sweep(folder)
    if anchor:
        contestants["c_openmp"] = Jacobi(own, circles, TERMS, anchor).sweep
    found = medians(contestants, 21)
    rank = networkit_rank(circles, WEIGHT)
    found["networkit_s"] = medians({"whole": rank.run}, 3)["whole_s"] / max(
        rank.numberOfIterations(), 1
    )
    found |= small_solves(people // 10)
    bytes_swept = circles.contact.nbytes + circles.strength.nbytes
    found["share_of_triad"] = bytes_swept / found["ours_s"] / (TRIAD_BYTES / found["triad_s"])
    for peer in ("scipy_f32", "scipy_f64", "networkit", "c_openmp"):
        if f"{peer}_s" in found:
            found[f"{peer}_over_ours"] = found[f"{peer}_s"] / found["ours_s"]
    return found


def small_solves(people: int) -> Figures:
    """A full solve beside networkx's, graphs laid out beforehand."""
    own, circles = own_points(people), circles_of(random_edges(people), people)
    contestants = {
        "ours_solve": lambda: solve_circles(own, circles, terms=TERMS, tolerance_points=TOLERANCE),
        "networkx_solve": networkx_rank(people, WEIGHT),
    }
    found = medians(contestants, 3)
    return found | {"networkx_solve_over_ours": found["networkx_solve_s"] / found["ours_solve_s"]}


def solve_part(people: int, folder: Path) -> Figures:
    """Everybody's points to 0.001: beside C on circles laid out, then from the edges on."""
    apart(keep_part, people, folder)
    return apart(beside_c, people, folder) | apart(from_edges, people, folder)


def keep_part(people: int, folder: Path) -> Figures:
    """Ties for the processes of `solve_part`, which must not hold a second copy."""
    keep(random_edges(people), folder)
    return {}


def beside_c(people: int, folder: Path) -> Figures:
    """Full solves on the same circles by ours and by plain sweeps in C."""
    own, circles = own_points(people), circles_of(kept_edges(folder), people)
    contestants: dict[str, Callable[[], Any]] = {
        "ours": lambda: solve_circles(own, circles, terms=TERMS, tolerance_points=TOLERANCE)
    }
    anchor = c_sweep(folder)
    if anchor:
        jacobi = Jacobi(own, circles, TERMS, anchor)
        contestants["c_openmp"] = lambda: jacobi.solve(TOLERANCE)
    found = medians(contestants, 3)
    return found | ({"ours_over_c": found["ours_s"] / found["c_openmp_s"]} if anchor else {})


def from_edges(people: int, folder: Path) -> Figures:
    """`solve` as anybody calls it; its peak holds the ties handed in as well."""
    own, edges = own_points(people), kept_edges(folder)
    found = medians({"from_edges": lambda: solve(own, edges, **RULES)}, 3)
    return found | {"peak_gib": peak_gib()}


def live_part(people: int, _folder: Path) -> Figures:
    """Single changes one by one, changes in batches, a change for everybody."""
    own, edges = own_points(people), random_edges(people)
    started = time.perf_counter()
    network = LiveNetwork(own, edges, **RULES)
    found = {"build_s": time.perf_counter() - started}
    del edges
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
    found |= latencies("what_if", [lambda p=p: network.what_if_leaves(*p) for p in pairs])
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
    """A Parquet of numbered mutual ties to a live network."""
    path = folder / "ties.parquet"
    apart(write_parquet, people, path)
    return apart(load_parquet, people, path)


def write_parquet(people: int, path: Path) -> Figures:
    """The file that `load_parquet` reads."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(dict(zip(COLUMNS, random_edges(people), strict=True))), path)
    return {}


def load_parquet(people: int, path: Path) -> Figures:
    """Read and build, kernels compiled beforehand."""
    LiveNetwork([1.0, 2.0], ([0], [1], np.ones(1, np.float32)), **RULES)
    own, started = own_points(people), time.perf_counter()
    edges = read_edges(path, people=people)
    read = time.perf_counter() - started
    LiveNetwork(own, edges, **RULES)
    seconds = time.perf_counter() - started
    return {"read_s": read, "read_and_build_s": seconds, "peak_gib": peak_gib()}


def city_part(people: int, folder: Path) -> Figures:
    """What a scorer does all day: newcomers with their ties, batches, leavers, snapshots."""
    own = own_points(people)
    network = LiveNetwork(own, random_edges(people), **RULES)
    rng, found = np.random.default_rng(5), {}
    newcomers = rng.uniform(0, 600, 20_000).tolist()
    found |= latencies("add_person", [lambda p=p: network.add_person(p) for p in newcomers])
    new = np.arange(people, people + len(newcomers))
    friends = [rng.choice(people, 5, replace=False) for _ in new]
    five = np.full(5, 0.5)
    found |= latencies(
        "five_ties",
        [
            lambda i=i, them=them: network.ties(np.full(5, i), them, five)
            for i, them in zip(new, friends, strict=True)
        ],
    )
    leavers = rng.choice(people, 2_000, replace=False).tolist()
    found |= latencies("remove_person", [lambda i=i: network.remove_person(i) for i in leavers])
    path = folder / "snapshot"
    found |= medians({"save": lambda: network.save(path)}, 3)
    found |= medians({"load": lambda: LiveNetwork.load(path)}, 3)
    found |= medians({"scores": network.scores, "start_epoch": network.start_epoch}, 3)
    return found | {"snapshot_mib": path.stat().st_size / 2**20, "peak_gib": peak_gib()}


UPDATES_A_PERSON = 100
BATCH = 500


def drift_part(people: int, _folder: Path) -> Figures:
    """A long life of mixed updates, people coming and going, then the same society solved afresh.

    Whoever leaves is followed by somebody new with the same contacts, so that the society keeps
    its size: `edges` and `own` speak of seats, `seated` says who sits there.
    """
    own, edges = own_points(people), random_edges(people)
    network = LiveNetwork(own, edges, **RULES)
    seated = np.arange(people)
    rng, updates, followed = np.random.default_rng(4), 0, 0
    started = time.process_time()
    while updates < UPDATES_A_PERSON * people:
        seats = np.unique(rng.integers(0, people, 2 * BATCH))
        own[seats] = rng.uniform(0, 600, len(seats))
        network.set_owns(seated[seats], own[seats])
        ended = np.unique(rng.integers(0, len(edges.i), BATCH))
        i, j, strength = (column[ended] for column in edges)
        network.unties(seated[i], seated[j])
        network.ties(seated[i], seated[j], strength)
        ties = follow(network, int(rng.integers(people)), own, edges, seated)
        updates += len(seats) + 2 * len(ended) + ties + 2
        followed += 1
    seconds = time.process_time() - started
    bound = network.error_bound()
    network.start_epoch()
    fresh = solve(own, edges, **RULES, tolerance_points=1e-9)
    return {
        "updates": updates,
        "people_followed": followed,
        "cpu_s": seconds,
        "error_points": float(np.abs(network.scores()[seated] - fresh).max()),
        "error_bound": bound,
    }


def follow(
    network: LiveNetwork,
    seat: int,
    own: np.ndarray,
    edges: Edges,
    seated: np.ndarray,
) -> int:
    """Let whoever has the seat go and somebody new take it; how many ties ended and began."""
    network.remove_person(int(seated[seat]))
    own[seat] = 600 - own[seat]
    seated[seat] = network.add_person(float(own[seat]))
    mine = np.flatnonzero((edges.i == seat) | (edges.j == seat))
    network.ties(seated[edges.i[mine]], seated[edges.j[mine]], edges.strength[mine])
    return 2 * len(mine)


def peak_gib() -> float:
    """Largest memory this process ever held; getrusage would count its parent's too."""
    [line] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(line) / 2**20


def apart(run: Callable[[int, Path], Figures], people: int, path: Path) -> Figures:
    """What `run` finds in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(run, people, path).result()


PARTS = {
    "sweep": sweep_part,
    "solve": solve_part,
    "live": live_part,
    "load": load_part,
    "city": city_part,
    "drift": drift_part,
}
LARGE = {"people": 10_000_000, "sweep": 1_000_000, "city": 1_000_000, "drift": 100_000}
QUICK = {"people": 200_000, "sweep": 200_000, "city": 100_000, "drift": 5_000}


def show(part: str, people: int, figures: Figures, *, quick: bool) -> None:
    """A table with the goals beside what they are about."""
    print(f"\n{part}: {people:,} people")
    figures_table(figures, GOALS[part], quick=quick)


def main() -> None:
    """Run the parts asked for, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: a small society")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    asked = parser.parse_args()
    results, sizes = {}, QUICK if asked.quick else LARGE
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.only:
            people = sizes.get(part, sizes["people"])
            run = PARTS[part]
            # those that measure a peak of a step alone start their own processes
            alone = part in {"solve", "load"}
            results[part] = run(people, Path(folder)) if alone else apart(run, people, Path(folder))
            show(part, people, results[part], quick=asked.quick)
    write(asked.json, results)


if __name__ == "__main__":
    main()
