"""Q8: two wallet operators pay each other's codes; each keeps what the other owes it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.city_phones import Phone, balance_of, resident, sum_of_all
from tests.laid_out import LaidOut
from zhima.city.pay.signatures import new_secret, signed_headers
from zhima.city.wallet import books

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = new_secret()
RIVAL = "org.rival"


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=500_00)


@pytest.fixture
def rival(tmp_path: Path, settings: Any, laid_out: LaidOut) -> Iterator[tuple[str, str]]:
    """Where another city is reached, and the code of a shop there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    laid_out.tables(tmp_path)
    ours = {settings.OPERATOR: {"url": "http://127.0.0.1:9/", "secret": SECRET}}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rival_city", str(port)],
        env={
            **os.environ,
            "ZHIMA_HOME": str(tmp_path),
            "ZHIMA_OPERATOR": RIVAL,
            "ZHIMA_OPERATORS": json.dumps(ours),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    code = process.stdout.readline().strip()
    address = f"http://127.0.0.1:{port}"
    settings.OPERATORS = {RIVAL: {"url": f"{address}/api/v1/operators/credits", "secret": SECRET}}
    # Its first request loads all of the city, which on a busy machine takes seconds.
    urllib.request.urlopen(f"{address}/api/v1/openapi.json").close()
    yield address, code
    process.kill()
    process.wait()


def test_ana_pays_a_shop_of_the_rival(ana: Phone, rival: tuple[str, str]) -> None:
    address, code = rival
    before = balance_of_rival()
    asked = ana.scan(code)
    assert "Rival shop" in asked.text
    assert RIVAL in asked.text
    first, second = ana.confirm(asked, "12.50"), ana.confirm(asked, "12.50")
    assert first.receipt == second.receipt != ""
    with urllib.request.urlopen(f"{address}/balance") as answer:
        assert answer.read() == b"1250"
    assert (ana.balance_fen, balance_of_rival() - before, sum_of_all()) == (487_50, 12_50, 0)


def test_an_unknown_payee_there_gives_the_money_back(ana: Phone, rival: tuple[str, str]) -> None:
    from tests.unit.city.qr.codes import STALL
    from zhima.city.qr.model import WalletAccount
    from zhima.city.qr.reading import code_text

    nobody = (WalletAccount(RIVAL, "0" * 32),)
    assert ana.pay(code_text(STALL.__class__(nobody, "Nobody", "Wuhan")), "1").reason == (
        "operator_refused"
    )
    assert ana.balance_fen == 500_00


def test_a_silent_rival_leaves_the_money_set_aside(ana: Phone, settings: Any) -> None:
    from tests.unit.city.qr.codes import STALL
    from zhima.city.ledger.history import find_account
    from zhima.city.qr.model import WalletAccount
    from zhima.city.qr.reading import code_text

    settings.OPERATORS = {RIVAL: {"url": "http://127.0.0.1:9/", "secret": SECRET}}
    code = code_text(STALL.__class__((WalletAccount(RIVAL, "x"),), "Shop", "Wuhan"))
    assert ana.pay(code, "1").reason == "operator_silent"
    account = find_account(books.store(), account_id=books.purse(ana.person))
    assert (account.balance_fen, account.available_fen) == (500_00, 499_00)


def credit(body: dict[str, object], *, secret: str = SECRET, message: str = "m-1") -> Any:
    """What the rival asks of us, signed."""
    raw = json.dumps(body).encode()
    headers = signed_headers(secret=secret, message_id=message, at_s=int(time.time()), body=raw)
    return Client().post("/api/v1/operators/credits", raw, "application/json", headers=headers)


def test_the_rival_pays_bo_here_once(settings: Any) -> None:
    settings.OPERATORS = {RIVAL: {"url": "", "secret": SECRET}}
    bo = resident("Bo")
    body = {"operator": RIVAL, "payee_id": bo.person.pk.hex, "amount_fen": 8_80}
    message = f"from-rival-{bo.person.pk.hex}"
    assert credit(body, message=message).status_code == 200
    assert credit(body, message=message).status_code == 200
    assert bo.balance_fen == 8_80
    assert credit({**body, "amount_fen": 9_90}, message=message).status_code == 409
    assert credit(body, secret=new_secret()).status_code == 401
    assert credit({**body, "operator": "org.nobody"}).status_code == 401
    assert credit({**body, "payee_id": "nobody"}).status_code == 404
    assert bo.balance_fen == 8_80


def test_an_old_signature_is_a_replay(settings: Any) -> None:
    settings.OPERATORS = {RIVAL: {"url": "", "secret": SECRET}}
    raw = json.dumps({"operator": RIVAL, "payee_id": "x", "amount_fen": 1}).encode()
    old = signed_headers(secret=SECRET, message_id="m", at_s=int(time.time()) - 301, body=raw)
    answer = Client().post("/api/v1/operators/credits", raw, "application/json", headers=old)
    assert answer.status_code == 401


def balance_of_rival() -> int:
    from zhima.city.pay.operators import open_clearing

    return balance_of(open_clearing(RIVAL))
