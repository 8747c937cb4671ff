"""Durable transfers a second: the ledger's batch writer against an ORM, on the same disk.

    python benchmarks/ledger.py [--store sqlite|postgres] [--quick] [--json FILE]

256 concurrent clients in one process each wait for their transfer to be on disk before they ask for
the next. The rivals commit each transfer, with as many clients as suit them. Rounds are interleaved
and medians reported. PostgreSQL is Debian's package, started here, with its files on the same disk.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
# Not this folder: it has a module named http.
sys.path[0] = str(ROOT)

from benchmarks._figures import Goals, show, writable, write  # noqa: E402
from benchmarks._ledger_rivals import CONNECTIONS, RIVALS, START_FEN, Rival  # noqa: E402
from tests.postgres_server import PostgresServer, programs  # noqa: E402
from zhima.city.ledger.accounts import open_accounts  # noqa: E402
from zhima.city.ledger.audit import audit  # noqa: E402
from zhima.city.ledger.bulk import load  # noqa: E402
from zhima.city.ledger.desk import Desk  # noqa: E402
from zhima.city.ledger.model import Account, Outcome, Transfer  # noqa: E402
from zhima.city.ledger.requests import pay  # noqa: E402
from zhima.city.ledger.stores import Store, open_store  # noqa: E402
from zhima.city.ledger.writer import Writer  # noqa: E402

CLIENTS = 256
ACCOUNTS = 10_000
NAMES = [f"person:{number}" for number in range(ACCOUNTS)]
BULK_TRANSFERS = {True: 40_000, False: 200_000}
SECONDS = {True: 1.2, False: 5.0}
STORES = ["sqlite", "postgres"]
GOALS: dict[str, Goals] = {
    "sqlite": {
        "batch_per_s": (">=", 12_000),
        "batch_p99_ms": ("<", 35),
        "batch_over_orm": (">=", 60),
        "bulk_per_s": (">=", 40_000),
        "hot_over_uniform": (">=", 0.9),
    },
    "postgres": {"batch_per_s": (">=", 7_000), "hot_over_uniform": (">=", 0.9)},
}
WARM_UP_S = 0.5
ROUNDS = {True: 2, False: 5}

numbers = count(1)
Draw = Callable[[Random], tuple[int, int]]


@dataclass
class Clock:
    """The waits of every transfer of a run, and how long the run took."""

    waits_s: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0

    def per_s(self) -> float:
        return len(self.waits_s) / self.elapsed_s

    def percentile_ms(self, share: float) -> float:
        return sorted(self.waits_s)[int(share * (len(self.waits_s) - 1))] * 1000


def uniform(rng: Random) -> tuple[int, int]:
    """Two different people."""
    payer = int(rng.random() * ACCOUNTS)
    payee = int(rng.random() * (ACCOUNTS - 1))
    return payer, payee + (payee >= payer)


def hot(rng: Random) -> tuple[int, int]:
    """Somebody pays the one merchant whom everybody pays."""
    return 1 + int(rng.random() * (ACCOUNTS - 1)), 0


def ask(draw: Draw, rng: Random) -> Transfer:
    payer, payee = draw(rng)
    # Ids that rise with time, as order numbers do.
    return pay(
        transfer_id=f"order:{next(numbers):012}",
        payer=NAMES[payer],
        payee=NAMES[payee],
        amount_fen=5,
    )


def filled(url: str) -> Store:
    """Books of ten thousand people with money."""
    store = open_store(url)
    bank = Account("bank", "bank", may_go_negative=True)
    open_accounts(store, [bank, *(Account(name, name) for name in NAMES)], now_us=1)
    gifts = (
        pay(transfer_id=f"gift:{name}", payer="bank", payee=name, amount_fen=START_FEN)
        for name in NAMES
    )
    load(store, gifts, now_us=1)
    return store


def coroutines(store: Store, draw: Draw, seconds: float) -> Clock:
    """256 coroutines of one event loop, through a desk."""
    clock = Clock()

    async def client(desk: Desk, number: int, end: float) -> None:
        rng = Random(number)
        while (start := time.perf_counter()) < end:
            (outcome,) = await desk.pay(ask(draw, rng))
            assert outcome is Outcome.PAID
            clock.waits_s.append(time.perf_counter() - start)

    async def all_clients(writer: Writer) -> None:
        desk, start = Desk(writer), time.perf_counter()
        clients: list[Awaitable[None]] = [
            client(desk, number, start + seconds) for number in range(CLIENTS)
        ]
        await asyncio.gather(*clients)
        clock.elapsed_s = time.perf_counter() - start

    with Writer(store) as writer:
        asyncio.run(all_clients(writer))
    return clock


def threads(clients: int, seconds: float, act: Callable[[Random], None]) -> Clock:
    """So many threads, each doing one thing after another."""
    clock = Clock()
    start = time.perf_counter()

    def client(number: int) -> None:
        rng, waits_s = Random(number), []
        while (began := time.perf_counter()) < start + seconds:
            act(rng)
            waits_s.append(time.perf_counter() - began)
        clock.waits_s.extend(waits_s)

    running = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    clock.elapsed_s = time.perf_counter() - start
    return clock


def in_threads(store: Store, draw: Draw, seconds: float) -> Clock:
    """256 threads, each with one payment under way."""
    with Writer(store) as writer:

        def act(rng: Random) -> None:
            assert writer.pay(ask(draw, rng))[0] is Outcome.PAID

        return threads(CLIENTS, seconds, act)


def against(rival: Rival, clients: int, draw: Draw, seconds: float) -> Clock:
    """A rival with as many clients as suit it."""

    def act(rng: Random) -> None:
        rival.pay(f"order:{next(numbers):012}", *draw(rng), 5)

    return threads(clients, seconds, act)


def bulk(store: Store, transfers: int) -> float:
    """Transfers a second of a bulk load."""
    rng = Random(7)
    asks = [ask(uniform, rng) for _ in range(transfers)]
    start = time.perf_counter()
    assert load(store, asks, now_us=2) == {Outcome.PAID: transfers}
    return transfers / (time.perf_counter() - start)


def measure(kind: str, new_place: Callable[[], str], quick: bool) -> dict[str, Any]:
    """All runs on one database, interleaved; medians over the rounds."""
    store = filled(new_place())
    rivals = {name: make(_plain(new_place()), ACCOUNTS) for name, make in RIVALS.items()}
    seconds, clients = SECONDS[quick], CONNECTIONS[kind]
    runs: dict[str, Callable[[], Clock]] = {
        "batch": lambda: coroutines(store, uniform, seconds),
        "batch_threads": lambda: in_threads(store, uniform, seconds),
        "hot_merchant": lambda: coroutines(store, hot, seconds),
        "orm": lambda: against(rivals["orm"], clients, uniform, seconds),
        "sqlalchemy": lambda: against(rivals["sqlalchemy"], clients, uniform, seconds),
    }
    if kind == "postgres":
        runs["orm_hot_merchant"] = lambda: against(rivals["orm"], clients, hot, seconds)
    clocks: dict[str, list[Clock]] = {name: [] for name in runs}
    coroutines(store, uniform, WARM_UP_S)
    # As the server does once it has started: what lives for ever is not looked at again.
    gc.collect()
    gc.freeze()
    for turn in range(ROUNDS[quick]):
        for name, run in runs.items():
            clocks[name].append(run())
            say(f"{kind} round {turn + 1} {name}: {clocks[name][-1].per_s():,.0f}/s")
    # Last, for the log it leaves to be folded in would weigh on whatever came next.
    bulks = [bulk(store, BULK_TRANSFERS[quick]) for _ in range(ROUNDS[quick])]
    say(f"{kind} bulk: {median(bulks):,.0f}/s")
    assert audit(store).findings == []
    store.close()
    return summary(clocks, bulks)


def _plain(place: str) -> str:
    """A path for SQLite, as the rivals take it."""
    return place.removeprefix("sqlite:///")


def summary(clocks: dict[str, list[Clock]], bulks: list[float]) -> dict[str, Any]:
    """Medians; ratios are taken round by round, between runs made within the same minute."""

    def ratio(one: str, other: str) -> float:
        pairs = zip(clocks[one], clocks[other], strict=True)
        return round(median(a.per_s() / b.per_s() for a, b in pairs), 3)

    result: dict[str, Any] = {
        f"{name}_per_s": round(median(clock.per_s() for clock in runs))
        for name, runs in clocks.items()
    }
    for share in (50, 99):
        waits = [clock.percentile_ms(share / 100) for clock in clocks["batch"]]
        result[f"batch_p{share}_ms"] = round(median(waits), 1)
    result["bulk_per_s"] = round(median(bulks))
    result["batch_over_orm"] = ratio("batch", "orm")
    result["batch_over_sqlalchemy"] = ratio("batch", "sqlalchemy")
    result["hot_over_uniform"] = ratio("hot_merchant", "batch")
    return result


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Callable[[], str]]:
    """Makes empty places for books on the disk of `folder`."""
    if kind == "sqlite":
        files = count(1)
        yield lambda: f"sqlite:///{folder}/{next(files)}.sqlite"
        return
    server = PostgresServer(str(folder))
    try:
        yield server.new_url
    finally:
        server.remove()


def fsync_ms(folder: Path) -> float:
    """What one durable write of a page costs on this disk, the median of a hundred."""
    times_s = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times_s.append(time.perf_counter() - start)
    return round(median(times_s) * 1000, 3)


def one_store(kind: str, quick: bool, parent: Path | None) -> dict[str, Any]:
    """Everything about one database, with the machine's own figures beside it."""
    folder = Path(tempfile.mkdtemp(prefix="zhima-bench-", dir=parent))
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    try:
        with places(kind, folder) as new_place:
            figures = measure(kind, new_place, quick)
        figures["fsync_ms"] = fsync_ms(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {kind: figures, f"{kind}_batch_over_orm": figures["batch_over_orm"]}


def in_a_process_of_its_own(kind: str, arguments: list[str]) -> dict[str, Any]:
    """Django takes one configuration a process, and memory is to be told apart."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, __file__, *arguments, "--store", kind, "--json", file.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads(Path(file.name).read_text(encoding="utf-8"))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=STORES, help="only this one")
    parser.add_argument("--quick", action="store_true", help="under one minute")
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure")
    options = parser.parse_args()
    if options.store:
        result = one_store(options.store, options.quick, options.folder)
    else:
        arguments = ["--quick"] * options.quick
        arguments += ["--folder", str(options.folder)] if options.folder else []
        kinds = STORES if programs() else STORES[:1]
        if not programs():
            print("postgres: left out, Debian's package postgresql is not there")
        result = {}
        for kind in kinds:
            result |= in_a_process_of_its_own(kind, arguments)
    for kind in STORES:
        if kind in result:
            print(f"{kind}: the batch writer beside an ORM and SQLAlchemy, one commit a transfer")
            show(result[kind], GOALS[kind], quick=options.quick)
    write(options.json, result)


if __name__ == "__main__":
    main()
