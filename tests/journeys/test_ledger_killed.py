"""Pulling the plug under load: what was acknowledged is there, once, and the books are sound."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.ledger_payer import PEOPLE
from tests.postgres_server import PostgresServer
from zhima.city.ledger import accounts
from zhima.city.ledger.audit import audit
from zhima.city.ledger.model import Account
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import pay
from zhima.city.ledger.stores import Store, open_store

ROOT = Path(__file__).parents[2]
ROUNDS = 25
SERVER_CRASHES = 5


def filled(url: str) -> Store:
    store = open_store(url)
    people = [Account(f"person {number}", "somebody") for number in range(PEOPLE)]
    accounts.open_accounts(store, [Account("bank", "bank", may_go_negative=True)], now_us=1)
    accounts.open_accounts(store, people, now_us=1)
    gifts = [
        pay(transfer_id=f"gift {person.id}", payer="bank", payee=person.id, amount_fen=10**9)
        for person in people
    ]
    post(store, gifts, now_us=1)
    return store


def payer(url: str, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.ledger_payer", url, name]
    errors = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors)


def acknowledged_until(
    process: subprocess.Popen[bytes], lines: int, end: Callable[[], None]
) -> set[str]:
    """What the process told until `end` was called after so many lines, and what it told still."""
    told = b"".join(process.stdout.readline() for _ in range(lines))
    end()
    told += process.stdout.read()
    process.wait()
    names = told.decode().split("\n")
    assert names.pop() == ""
    assert len(names) >= lines
    assert len(set(names)) == len(names)
    return set(names)


def require_all_there(store: Store, acknowledged: set[str]) -> None:
    with store.reading() as reader:
        written = [name for (name,) in reader.rows("SELECT id FROM ledger_entries")]
    assert len(written) == len(set(written))
    assert acknowledged <= set(written)
    assert audit(store).findings == []


def test_killing_the_payer_loses_nothing(new_ledger_url: Callable[[], str]) -> None:
    url = new_ledger_url()
    store = filled(url)
    acknowledged: set[str] = set()
    rng = random.Random(4)
    for number in range(ROUNDS):
        process = payer(url, f"round {number}")
        acknowledged |= acknowledged_until(process, rng.randrange(1, 400), process.kill)
    # The file is opened anew, as after a power cut, besides by the store that was open throughout.
    require_all_there(store, acknowledged)
    store.close()
    again = open_store(url, create=False)
    require_all_there(again, acknowledged)
    again.close()


def test_killing_two_payers_at_once_loses_nothing(new_ledger_url: Callable[[], str]) -> None:
    url = new_ledger_url()
    store = filled(url)
    for number in range(3):
        pair = [payer(url, f"pair {number} {side}") for side in "ab"]
        told = [acknowledged_until(process, 50, process.kill) for process in pair]
        require_all_there(store, told[0] | told[1])
    store.close()


def test_crashing_the_server_loses_nothing(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_url()
    store = filled(url)
    acknowledged: set[str] = set()
    for number in range(SERVER_CRASHES):
        process = payer(url, f"crash {number}")
        acknowledged |= acknowledged_until(process, 100, postgres_server.crash)
        postgres_server.start()
        require_all_there(store, acknowledged)
    store.close()
