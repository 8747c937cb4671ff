"""Forty windowed features of everybody: ours, DuckDB SQL written by hand, and Polars streaming.

    python benchmarks/features.py [--quick] [--people N] [--events N] [--json FILE]

Goals: no slower than the SQL, 1.5 times as fast as Polars, less than 2 GiB. Every contender runs in
a process of its own, in turns; medians of the rounds, peak memory of the process, and one checksum
that must agree. Then the live path for one person with 2,000 events.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from _figures import at_least_one, writable, write

CACHE = Path(".cache")
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
WINDOWS = (30, 90, 365)
KINDS = ("payment.made", "payment.received", "bill.paid", "transfer.sent")
MEASURES = {"count": None, "sum": "sum(amount_fen)", "max": "max(amount_fen)"}
MEMORY_GIB = 1.5
CONTENDERS = ("ours", "sql", "polars")
GOALS = {"ours": "< 2 GiB", "sql": ">= x1", "polars": ">= x1.5"}
"""Of the full size; the goals of one person live are in live.py."""
LIVE_EVENTS = 2_000
LIVE_CALLS = 3_000


def columns() -> list[tuple[str, str, str, int]]:
    """Name, kind, measure and window of 36 features; four more count days since the last event."""
    return [
        (f"{kind.replace('.', '_')}_{measure}_{days}", kind, measure, days)
        for kind in KINDS
        for measure in MEASURES
        for days in WINDOWS
    ]


def make_events(people: int, events: int) -> Path:
    """Random events over two years, by person as `zhima import` writes them, cached."""
    import duckdb

    path = CACHE / f"features_{people}_{events}.parquet"
    if path.exists():
        return path
    CACHE.mkdir(exist_ok=True)
    temporary = path.with_suffix(".part")
    kinds = [*KINDS, "booking.kept", "ticket.used", "contact.added", "rating.given"]
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    connection = duckdb.connect(config={"memory_limit": "4GB", "preserve_insertion_order": "false"})
    connection.execute(
        f"""COPY (
            SELECT 'e' || i AS event_id,
                   'p' || lpad(CAST(i * {people} // {events} AS VARCHAR), 8, '0') AS person_id,
                   [{listed}][CAST(1 + hash(i, 1) % {len(kinds)} AS BIGINT)] AS kind,
                   moment AS occurred_at, moment + INTERVAL 1 HOUR AS recorded_at,
                   CAST(hash(i, 3) % 1000000 AS BIGINT) AS amount_fen,
                   'c' || (hash(i, 4) % 5000) AS counterparty_id,
                   CAST(NULL AS VARCHAR) AS context
            FROM (SELECT i, TIMESTAMPTZ '{AS_OF.isoformat()}'
                         - to_seconds(CAST(hash(i, 2) % 63072000 AS BIGINT)) AS moment
                  FROM range({events}) AS numbers(i))
        ) TO '{temporary}' (FORMAT parquet, COMPRESSION zstd)"""
    ).fetchall()
    temporary.rename(path)
    return path


def run_ours(events: Path, output: Path) -> None:
    """The declared features through Ibis on DuckDB."""
    from zhima.engine.features.batch import Limits, write
    from zhima.engine.features.declaration import Catalogue

    declared = [
        {"id": name, "measure": _measure(kind, measure, days)}
        for name, kind, measure, days in columns()
    ] + [
        {"id": f"{kind.replace('.', '_')}_recency", "measure": _measure(kind, "recency", "all")}
        for kind in KINDS
    ]
    duties = {
        "title": {"en": "benchmark", "zh": "基准"},
        "factor": "behaviour",
        "direction": "any",
        "purpose": "payments",
        "retention_days": 730,
    }
    catalogue = Catalogue.model_validate({"features": [{**duties, **part} for part in declared]})
    write(events, catalogue, output, as_of=AS_OF, limits=Limits(memory_gib=MEMORY_GIB))


def _measure(kind: str, measure: str, days: int | str) -> dict[str, object]:
    of = {} if measure in {"count", "recency"} else {"of": "amount_fen"}
    return {"aggregate": measure, "kinds": [kind], "window_days": days, **of}


def run_sql(events: Path, output: Path) -> None:
    """What a careful person would write by hand."""
    from tempfile import TemporaryDirectory

    import duckdb

    as_of = f"TIMESTAMPTZ '{AS_OF.isoformat()}'"
    parts = [
        f"{MEASURES[measure] or 'count(*)'} FILTER (WHERE kind = '{kind}' "
        f"AND occurred_at >= {as_of} - INTERVAL {days} DAY) AS {name}"
        for name, kind, measure, days in columns()
    ] + [
        f"(epoch_us({as_of}) - epoch_us(max(occurred_at) FILTER (WHERE kind = '{kind}'))) "
        f"// 86400000000 AS {kind.replace('.', '_')}_recency"
        for kind in KINDS
    ]
    named = [f"coalesce(CAST({n} AS BIGINT), 0) AS {n}" for n, _, m, _ in columns() if m == "sum"]
    with TemporaryDirectory() as folder:
        connection = duckdb.connect(
            config={
                "memory_limit": f"{int(MEMORY_GIB * 1024)}MiB",
                "temp_directory": folder,
                "preserve_insertion_order": "false",
            }
        )
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"""COPY (SELECT * REPLACE ({", ".join(named)}) FROM (
                SELECT person_id, {", ".join(parts)} FROM read_parquet('{events}')
                WHERE occurred_at < {as_of} AND recorded_at < {as_of}
                GROUP BY person_id) ORDER BY person_id)
            TO '{output}' (FORMAT parquet, COMPRESSION zstd)"""
        ).fetchall()


def run_polars(events: Path, output: Path) -> None:
    """Lazy Polars on its streaming engine."""
    from datetime import timedelta

    import polars as pl

    def part(name: str, kind: str, measure: str, days: int) -> pl.Expr:
        chosen = (pl.col("kind") == kind) & (pl.col("occurred_at") >= AS_OF - timedelta(days=days))
        if measure == "count":
            return chosen.sum().cast(pl.Int64).alias(name)
        amount = pl.col("amount_fen").filter(chosen)
        return (amount.sum() if measure == "sum" else amount.max()).alias(name)

    def recency(kind: str) -> pl.Expr:
        last = pl.col("occurred_at").filter(pl.col("kind") == kind).max()
        return (pl.lit(AS_OF) - last).dt.total_days().alias(f"{kind.replace('.', '_')}_recency")

    (
        pl.scan_parquet(events)
        .filter((pl.col("occurred_at") < AS_OF) & (pl.col("recorded_at") < AS_OF))
        .group_by("person_id")
        .agg(*(part(*column) for column in columns()), *(recency(kind) for kind in KINDS))
        .sort("person_id")
        .sink_parquet(output, engine="streaming")
    )


def checksum(output: Path) -> int:
    """The sum of every number of the table."""
    import duckdb

    names = [name for name, *_ in columns()] + [f"{k.replace('.', '_')}_recency" for k in KINDS]
    total = " + ".join(f"coalesce(sum({name}), 0)" for name in names)
    row = duckdb.sql(f"SELECT count(*) + {total} FROM '{output}'").fetchall()[0]
    return int(row[0])


def run_one(contender: str, events: Path) -> None:
    """In the child process: run, and print seconds, peak memory and checksum as JSON."""
    output = CACHE / f"features_{contender}.out.parquet"
    started = time.perf_counter()
    {"ours": run_ours, "sql": run_sql, "polars": run_polars}[contender](events, output)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_gib": used.ru_maxrss / 1024**2,
        "checksum": checksum(output),
    }
    print(json.dumps(found))
    output.unlink()


def measure_batch(events: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Run every contender `rounds` times in turns."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for contender in CONTENDERS:
            command = [sys.executable, __file__, "--one", contender, "--file", str(events)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{contender} failed: {done.stderr[-300:]}", file=sys.stderr)
                continue
            runs[contender].append(json.loads(done.stdout.splitlines()[-1]))
    sums = {run["checksum"] for found in runs.values() for run in found}
    if len(sums) != 1:
        raise SystemExit(f"the contenders disagree: {sums}")
    return {
        name: {
            "seconds": statistics.median(run["seconds"] for run in found),
            "cpu_seconds": statistics.median(run["cpu_seconds"] for run in found),
            "peak_gib": max(run["peak_gib"] for run in found),
        }
        for name, found in runs.items()
        if found
    }


def measure_live() -> dict[str, float]:
    """One person with 2,000 events, the shipped catalogue: milliseconds."""
    import random

    import pyarrow as pa

    from zhima.engine.events.table import EVENTS
    from zhima.engine.events.vocabulary import KINDS as VOCABULARY
    from zhima.engine.features.declaration import load_catalogue
    from zhima.engine.features.history import history
    from zhima.engine.features.live import LiveFeatures

    rng = random.Random(7)
    rows = []
    for number in range(LIVE_EVENTS):
        occurred = datetime.fromtimestamp(AS_OF.timestamp() - rng.random() * 8e7, UTC)
        rows.append(
            {
                "event_id": f"e{number}",
                "person_id": "ana",
                "kind": rng.choice([kind for kind in VOCABULARY if kind != "item.struck"]),
                "occurred_at": occurred,
                "recorded_at": occurred,
                "amount_fen": rng.randrange(10**6),
                "counterparty_id": f"c{rng.randrange(200)}",
                "context": json.dumps({"days_late": rng.randrange(-3, 3)}),
            }
        )
    events = pa.Table.from_pylist(rows, schema=EVENTS)
    started = time.perf_counter()
    mine = history(events)
    parsed = time.perf_counter() - started
    live = LiveFeatures(load_catalogue())
    times = []
    for _ in range(LIVE_CALLS):
        started = time.perf_counter()
        live(mine, as_of=AS_OF)
        times.append(time.perf_counter() - started)
    cuts = statistics.quantiles(times, n=100)
    return {"p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3, "parse_once_ms": parsed * 1e3}


def main() -> None:
    """Print the table; `--json` also writes it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: 3 million events")
    parser.add_argument("--people", type=at_least_one)
    parser.add_argument("--events", type=at_least_one)
    parser.add_argument("--rounds", type=at_least_one)
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one, options.file)
        return
    people = options.people or (30_000 if options.quick else 1_000_000)
    events = options.events or (3_000_000 if options.quick else 100_000_000)
    batch = measure_batch(make_events(people, events), options.rounds or 3)
    live = measure_live()
    print(f"40 features, {people:,} people, {events:,} events")
    for name, found in batch.items():
        ratio = found["seconds"] / batch["ours"]["seconds"]
        print(
            f"  {name:<8}{found['seconds']:8.2f} s {found['cpu_seconds']:8.2f} s CPU"
            f"{found['peak_gib']:7.2f} GiB   x{ratio:.2f}   goal {GOALS[name]}"
        )
    print(
        f"one person live, {LIVE_EVENTS:,} events: p50 {live['p50_ms']:.2f} ms, "
        f"p99 {live['p99_ms']:.2f} ms (parsed once in {live['parse_once_ms']:.1f} ms)"
    )
    write(options.json, {"people": people, "events": events, "batch": batch, "live": live})


if __name__ == "__main__":
    main()
