"""QR payments a second through HTTP, with the whole middleware, and how fast the payee sees them.

    python benchmarks/http.py [--quick] [--workers N] [--json FILE]

64 clients on keep-alive connections, each as another resident at every request, post the
confirmation of a scanned shop code and wait for the redirect to the receipt: by then the money is
on disk. Server and load generator share the machine. Beside it, in turns, runs the request before
that, which only reads the scanned code and redirects: everything but the payment, so that the ratio
of the two does not depend on the machine. A last client watches a till's live stream.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
# Django wants the http of the standard library, not this file.
sys.path[0] = str(ROOT)

from benchmarks._figures import Goals, at_least_one, show, writable, write  # noqa: E402

CLIENTS = 64
RESIDENTS = 512
SHOPS = 16
WARM_UP_S = 1.5
SECONDS = {True: 4.0, False: 10.0}
ROUNDS = {True: 2, False: 5}
LOOKS = {True: 10, False: 40}
PAY, SCAN = "/pay/confirm/", "/pay/scan/"

GOALS: Goals = {
    "payments_per_s": (">=", 1_000),
    "p99_ms": ("<", 150),
    "screen_max_ms": ("<", 200),
    "server_memory_mb": ("<", 400),
}

numbers = count(1)


@dataclass(frozen=True)
class City:
    """A server with residents who are logged in."""

    port: int
    home: Path
    sessions: list[tuple[str, str]]
    """Cookie and CSRF token of each resident."""
    codes: list[str]
    keeper: str
    """Cookie of the person who keeps every shop."""
    server: int
    """The process that started the server's others."""

    def processes(self) -> list[int]:
        """All processes of the server."""
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text()
        return [self.server, *map(int, children.split())]

    def cpu_s(self) -> float:
        """Processor seconds that the server has used."""
        ticks = 0
        for process in self.processes():
            # After the name in brackets the 12th and 13th are user and system time.
            stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Memory of the server that it shares with nobody, and its part of what it shares."""
        kb = 0
        for process in self.processes():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                kb += int(line.split()[1]) if line.startswith("Pss:") else 0
        return kb / 1024


@dataclass
class Run:
    """The waits of one round, in seconds."""

    waits: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    took_s: float = 0.0
    server_cpu_s: float = 0.0
    clients_cpu_s: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.took_s

    def wait_ms(self, share: float) -> float:
        """The wait that a share of the requests did not exceed."""
        return sorted(self.waits)[int(share * (len(self.waits) - 1))] * 1000


def settle(home: Path) -> tuple[list[tuple[str, str]], list[str], str]:
    """Residents with money and sessions, shops with codes, all kept by one person."""
    os.environ["ZHIMA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    import django

    django.setup()
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import transaction

    from zhima.city.ledger.accounts import open_accounts
    from zhima.city.ledger.model import Account
    from zhima.city.ledger.requests import pay
    from zhima.city.pay.shops import open_shop, shop_code
    from zhima.city.people.models import Person
    from zhima.city.wallet import books

    call_command("migrate", interactive=False, verbosity=0)
    people = Person.objects.bulk_create(
        Person(username=f"resident{n}", name=f"Resident {n}") for n in range(RESIDENTS + 1)
    )
    purses = [Account(books.purse(person), str(person.pk)) for person in people]
    open_accounts(books.store(), purses, now_us=books.now_us())
    world = books.open_world()
    books.write(
        *(
            pay(
                transfer_id=f"start:{person.pk.hex}",
                payer=world,
                payee=books.purse(person),
                amount_fen=10**9,
            )
            for person in people
        )
    )

    def session_of(person: Person) -> tuple[str, str]:
        store = SessionStore()
        store["_auth_user_id"] = str(person.pk)
        store["_auth_user_backend"] = "zhima.city.people.backend.PersonBackend"
        store["_auth_user_hash"] = person.get_session_auth_hash()
        store["_csrftoken"] = secrets.token_hex(16)
        store.create()
        return store.session_key, store["_csrftoken"]

    keeper, *payers = people
    codes = [
        shop_code(open_shop(owner=keeper, name=f"Shop {n}", city="Chengdu")) for n in range(SHOPS)
    ]
    books.writer().close()
    with transaction.atomic():
        sessions = [session_of(person) for person in payers]
    return sessions, codes, session_of(keeper)[0]


@contextmanager
def city(workers: int) -> Iterator[City]:
    """A city of its own, served by granian, with its files on the disk of this folder."""
    home = Path(tempfile.mkdtemp(prefix=".bench-", dir=ROOT))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        sessions, codes, keeper = settle(home)
        serve = ["city", "serve", "--home", str(home), "--port", str(port)]
        server = subprocess.Popen(
            [str(Path(sys.executable).parent / "zhima"), *serve, "--workers", str(workers)],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield City(port, home, sessions, codes, keeper, server.pid)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(home)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start within 30 s")


def request_of(city: City, *, path: str, code: str) -> bytes:
    """What the next resident sends about a scanned code, under a key of its own."""
    number = next(numbers)
    cookie, token = city.sessions[number % len(city.sessions)]
    form = {"text": code, "key": f"benchmark-{number}", "amount_fen": "1.00", "tip_fen": ""}
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{city.port}\r\n"
        f"Cookie: zhima_session={cookie}\r\n"
        f"X-CSRFToken: {token}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> int:
    """The status of the next response; its body is read and thrown away."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def client(city: City, path: str, run: Run, until: float) -> None:
    """One request after another on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", city.port)
    while time.perf_counter() < until:
        request = request_of(city, path=path, code=city.codes[next(numbers) % SHOPS])
        began = time.perf_counter()
        writer.write(request)
        run.statuses.add(await answer(reader))
        run.waits.append(time.perf_counter() - began)
    writer.close()


async def load(city: City, path: str, seconds: float) -> Run:
    """All clients for some seconds."""
    run = Run()
    began, server, clients = time.perf_counter(), city.cpu_s(), time.process_time()
    await asyncio.gather(*(client(city, path, run, began + seconds) for _ in range(CLIENTS)))
    run.took_s = time.perf_counter() - began
    run.server_cpu_s = city.cpu_s() - server
    run.clients_cpu_s = time.process_time() - clients
    return run


async def screen_waits_ms(city: City, looks: int) -> list[float]:
    """From sending a payment to the hint on the keeper's open till, over a quiet server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", city.port)
    writer.write(
        f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{city.port}\r\n"
        f"Cookie: zhima_session={city.keeper}\r\n\r\n".encode()
    )
    await asyncio.wait_for(reader.readuntil(b"hello"), 10)
    paying = await asyncio.open_connection("127.0.0.1", city.port)
    waits = []
    for look in range(looks + 1):
        await asyncio.sleep(0.25)
        began = time.perf_counter()
        paying[1].write(request_of(city, path=PAY, code=city.codes[0]))
        await asyncio.wait_for(reader.readuntil(b"data: till"), 5)
        await answer(paying[0])
        # The first look starts with what was paid before anybody looked.
        if look:
            waits.append((time.perf_counter() - began) * 1000)
    for connection in (writer, paying[1]):
        connection.close()
    return waits


def measure(city: City, *, quick: bool) -> dict[str, Any]:
    """Rounds of payments and of requests without a payment, in turns; medians."""
    paid: list[Run] = []
    unpaid: list[Run] = []
    waits = asyncio.run(screen_waits_ms(city, LOOKS[quick]))
    asyncio.run(load(city, PAY, WARM_UP_S))
    for _ in range(ROUNDS[quick]):
        paid.append(asyncio.run(load(city, PAY, SECONDS[quick])))
        unpaid.append(asyncio.run(load(city, SCAN, SECONDS[quick] / 2)))
    if {status for run in paid for status in run.statuses} != {302}:
        raise SystemExit("some payments were refused: the figures mean nothing")
    rate, rate_unpaid = median(r.rate for r in paid), median(r.rate for r in unpaid)
    return {
        "clients": CLIENTS,
        "payments": sum(len(run.waits) for run in paid),
        "payments_per_s": round(rate, 1),
        "p50_ms": round(median(run.wait_ms(0.5) for run in paid), 1),
        "p99_ms": round(median(run.wait_ms(0.99) for run in paid), 1),
        "requests_without_payment_per_s": round(rate_unpaid, 1),
        "payment_over_request": round(rate / rate_unpaid, 3),
        "server_cpu_ms_a_payment": _cpu_ms(paid, "server_cpu_s"),
        "clients_cpu_ms_a_payment": _cpu_ms(paid, "clients_cpu_s"),
        "server_cpu_ms_a_request": _cpu_ms(unpaid, "server_cpu_s"),
        "server_memory_mb": round(city.memory_mb(), 1),
        "screen_p50_ms": round(median(waits), 1),
        "screen_max_ms": round(max(waits), 1),
    }


def _cpu_ms(runs: list[Run], whose: str) -> float:
    return round(median(getattr(run, whose) / len(run.waits) for run in runs) * 1000, 3)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--workers", type=at_least_one, default=1, help="server processes")
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    options = parser.parse_args()
    with city(options.workers) as served:
        figures = {"workers": options.workers, **measure(served, quick=options.quick)}
    print("payments through HTTP, beside the same request without a payment")
    show(figures, GOALS, quick=options.quick)
    write(options.json, figures)


if __name__ == "__main__":
    main()
