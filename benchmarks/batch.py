"""The whole batch: `zhima score` on events and ties of a large crowd, one command.

    python benchmarks/batch.py [--quick] [--people N --events N --ties N] [--json FILE]

Prints the command's own stage times and its peak memory. Goal: 1 million people, 100 million
events and 10 million ties in under 10 GiB.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _figures import at_least_one, writable, write
from features import AS_OF, CACHE, make_events

GOAL_GIB = 10.0
STAGE = re.compile(r"^\s+(.+?)\s+([\d.]+) s$", re.MULTILINE)


def make_ties(people: int, ties: int) -> Path:
    """Random mutual ties, both directions of each as rows of their own, cached."""
    import duckdb

    path = CACHE / f"ties_{people}_{ties}.parquet"
    if path.exists():
        return path
    temporary = path.with_suffix(".part")
    connection = duckdb.connect(config={"memory_limit": "4GB", "preserve_insertion_order": "false"})
    connection.execute(
        f"""COPY (
            WITH pairs AS (
                SELECT DISTINCT least(one, two) AS one, greatest(one, two) AS two
                FROM (SELECT hash(i, 5) % {people} AS one, hash(i, 6) % {people} AS two
                      FROM range({ties}) AS numbers(i)) WHERE one <> two),
            strong AS (SELECT *, (1 + hash(one, two) % 100) / 100.0 AS strength FROM pairs)
            SELECT 'p' || one AS person_id, 'p' || two AS contact_id, strength,
                   TIMESTAMPTZ '2024-01-01T00:00:00Z' AS since,
                   CAST(NULL AS TIMESTAMPTZ) AS until FROM strong
            UNION ALL
            SELECT 'p' || two, 'p' || one, strength, TIMESTAMPTZ '2024-01-01T00:00:00Z', NULL
            FROM strong
        ) TO '{temporary}' (FORMAT parquet, COMPRESSION zstd)"""
    ).fetchall()
    temporary.rename(path)
    return path


def run(events: Path, ties: Path) -> dict[str, object]:
    """Score once in a process of its own; seconds by stage, and its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "zhima", "score", "--events", str(events), "--ties", str(ties),
            "--rulebook", "open", "--as-of", f"{AS_OF:%Y-%m-%d}", "-o", f"{folder}/scores.parquet",
        ]  # fmt: skip
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr)
    # Linux counts in kilobytes; the largest of the children so far is this one.
    peak_gib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    stages = {name: float(value) for name, value in STAGE.findall(done.stderr)}
    return {"seconds": round(seconds, 1), "peak_gib": round(peak_gib, 2), "stages": stages}


def main() -> None:
    """Generate the crowd, score it, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: a fiftieth")
    parser.add_argument("--people", type=at_least_one)
    parser.add_argument("--events", type=at_least_one)
    parser.add_argument("--ties", type=at_least_one)
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    asked = parser.parse_args()
    people = asked.people or (20_000 if asked.quick else 1_000_000)
    events = asked.events or (2_000_000 if asked.quick else 100_000_000)
    ties = asked.ties or (200_000 if asked.quick else 10_000_000)
    result = run(make_events(people, events), make_ties(people, ties))
    print(f"{people:,} people, {events:,} events, {ties:,} ties")
    for name, seconds in result["stages"].items():
        print(f"  {name:<20}{seconds:>9.1f} s")
    print(f"  {'whole command':<20}{result['seconds']:>9.1f} s")
    print(f"  {'peak memory':<20}{result['peak_gib']:>9.2f} GiB (goal: under {GOAL_GIB:.0f})")
    write(asked.json, {"batch": result})


if __name__ == "__main__":
    main()
