"""The city under load: from a committed event to everybody's published score, and a month of life.

    python benchmarks/city.py [--quick] [--only live pages sustained month] [--json FILE]

live        100,000 people, a million ties, 200 events a second on SQLite: committed to published
pages       pages of the phone app under the load of `live`: server time from request to answer
sustained   a million people, 1,000 events a second on PostgreSQL: whether the scorer keeps up
month       thirty days of life of 10,000 people, with their scores

The reporter and the scorer are processes of their own on the same machine. The events are those of
ordinary life, a few falls of up to seventy points among them, which reach all contacts of the one
who falls. Times are of the events that moved somebody's score.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# Django wants the http of the standard library, not the one beside this file.
sys.path[0] = str(HERE.parent)
from benchmarks._figures import Goals, show, writable, write  # noqa: E402

SETTINGS = {
    "shared_buffers": "5GB",
    "effective_cache_size": "15GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "lz4",
    "random_page_cost": "1.1",
    "jit": "off",
}
"""Of a PostgreSQL that has a machine of 24 GiB and its own disk, as docs/city.md advises."""
PARTS = ("live", "pages", "sustained", "month")
Figures = dict[str, float]
GOALS: Goals = {
    "event_to_scores_p50_ms": ("<", 20),
    "event_to_scores_p99_ms": ("<", 100),
    "page_worst_p95_ms": ("<", 150),
    "postgres_events_per_second": (">=", 1_000),
    # What a scorer that keeps up may have before it: the events of one second.
    "postgres_most_waiting": ("<=", 1_000),
    "postgres_left_at_the_end": ("<=", 1_000),
    "month_s": ("<", 60),
}
EMPTY = "ZHIMA_EMPTY_CITY"
"""Environment variable: a folder with an empty city on SQLite, laid out once for several parts."""


def django_in(home: str, url: str | None) -> None:
    """Make this process the city in `home`: a copy of the empty one where that is at hand."""
    os.environ.update(DJANGO_SETTINGS_MODULE="zhima.city.settings", ZHIMA_HOME=home)
    os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    import django
    from django.core.management import call_command

    django.setup(set_prefix=False)
    if EMPTY in os.environ and not url:
        shutil.copytree(os.environ[EMPTY], home, dirs_exist_ok=True)
    else:
        call_command("migrate", verbosity=0, interactive=False)


def under_load(
    home: str,
    *,
    people: int,
    ties: int,
    rate: float,
    seconds: float,
    batch: int,
    pages: bool = False,
) -> Figures:
    """Fill the city, let one process report and one score, and compare their times."""
    from django.db import connections

    from benchmarks._city_crowd import fill

    started = time.perf_counter()
    fill(people=people, ties=ties)
    connections.close_all()
    print(f"  filled in {time.perf_counter() - started:.0f} s", flush=True)
    return measure(home, people=people, rate=rate, seconds=seconds, batch=batch, pages=pages)


def measure(
    home: str, *, people: int, rate: float, seconds: float, batch: int, pages: bool = False
) -> Figures:
    """The same in a city that is filled; with `pages` what readers wait for meanwhile."""
    from benchmarks._city_pages import Readers

    role = [sys.executable, "-m", "benchmarks._city_roles"]
    files = {role: Path(home) / f"{role}.json" for role in ("scorer", "reporter")}
    scorer = subprocess.Popen(
        [*role, "scorer", str(files["scorer"])], cwd=HERE.parent, stdout=subprocess.PIPE, text=True
    )
    try:
        assert scorer.stdout.readline() == "loaded\n"
        words = [str(people), str(rate), str(seconds), str(batch)]
        readers = Readers(people) if pages else None
        reporter = subprocess.Popen(
            [*role, "reporter", str(files["reporter"]), *words], cwd=HERE.parent
        )
        read = readers.read_until(lambda: reporter.poll() is not None) if readers else {}
        assert reporter.wait() == 0
        time.sleep(min(3.0, seconds / 4))
    finally:
        scorer.send_signal(signal.SIGTERM)
        scorer.wait()
    told = {role: json.loads(file.read_text()) for role, file in files.items()}
    return _figures(told["scorer"], told["reporter"]) | read


def _figures(scorer: dict, reporter: dict) -> Figures:
    committed, published = reporter["committed"], scorer["published"]
    waits = np.array([published[c] - at for c, at in committed.items() if c in published]) * 1e3
    waits = np.maximum(waits, 0)
    p50, p99 = np.percentile(waits, [50, 99])
    return {
        "events_per_second": len(committed) / reporter["took_s"],
        "event_to_scores_p50_ms": float(p50),
        "event_to_scores_p99_ms": float(p99),
        "events_that_moved_somebody": len(waits),
        "scores_published": scorer["rows"],
        "most_waiting": max(reporter["backlog"], default=0),
        "left_at_the_end": reporter["left"],
        "scorer_cpu_ms_an_event": scorer["cpu_s"] * 1e3 / len(committed),
        "scorer_peak_mib": scorer["peak_mib"],
    }


def live(quick: bool) -> Figures:
    """On SQLite."""
    with tempfile.TemporaryDirectory() as home:
        django_in(home, None)
        size = {"people": 3_000, "ties": 30_000} if quick else {"people": 100_000, "ties": 10**6}
        return under_load(home, **size, rate=200, seconds=4 if quick else 45, batch=1)


def pages(quick: bool) -> Figures:
    """Of the phone app, on SQLite, while the city of `live` is scored."""
    with tempfile.TemporaryDirectory() as home:
        django_in(home, None)
        size = {"people": 3_000, "ties": 30_000} if quick else {"people": 100_000, "ties": 10**6}
        seconds = 4 if quick else 45
        found = under_load(home, **size, rate=200, seconds=seconds, batch=1, pages=True)
    return {name: value for name, value in found.items() if name.startswith("page")}


def sustained(quick: bool) -> Figures:
    """On PostgreSQL."""
    from tests.postgres_server import PostgresServer, programs

    if not programs():
        print("  left out: Debian's package postgresql is not there")
        return {}
    server = PostgresServer(
        folder=None if quick else tempfile.gettempdir(), settings={} if quick else SETTINGS
    )
    try:
        with tempfile.TemporaryDirectory() as home:
            django_in(home, server.new_url())
            size = {"people": 3_000, "ties": 15_000}
            if not quick:
                size = {"people": 10**6, "ties": 5 * 10**6}
            figures = under_load(home, **size, rate=1000, seconds=4 if quick else 60, batch=10)
    finally:
        server.remove()
    return {f"postgres_{name}": value for name, value in figures.items()}


def month(quick: bool) -> Figures:
    """A month of life, on SQLite."""
    with tempfile.TemporaryDirectory() as home:
        django_in(home, None)
        from zhima.city import clock
        from zhima.city.demo import living, town
        from zhima.city.demo.residents import settle_residents

        people = 50 if quick else 10_000
        town.settle(settle_residents(), count=people, now=clock.now())
        living.catch_up()
        started = time.perf_counter()
        happened = living.step(30)
        return {
            "month_people": people,
            "month_things_that_happened": happened,
            "month_s": time.perf_counter() - started,
        }


def main() -> None:
    """Each part in a process of its own, so that none inherits another's databases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        if len(asked.only) > 1:
            os.environ[EMPTY] = _laid_out(empty)
        figures: Figures = {}
        for part in asked.only:
            print(part, flush=True)
            alone = len(asked.only) == 1
            found = globals()[part](asked.quick) if alone else _apart(part, asked.quick)
            show(found, GOALS, quick=asked.quick)
            figures |= found
    write(asked.json, figures)


def _laid_out(folder: str) -> str:
    from django.db import connections

    django_in(folder, None)
    connections.close_all()
    return folder


def _apart(part: str, quick: bool) -> Figures:
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        words = ["--only", part, "--json", file.name, *(["--quick"] if quick else [])]
        done = subprocess.run(
            [sys.executable, __file__, *words], stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise SystemExit(f"{part} failed")
        return json.loads(Path(file.name).read_text())


if __name__ == "__main__":
    main()
