"""Q8 on a phone: a code of another operator's shop is scanned and paid, and their till has it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from tests.journeys.city.phones import needs_chromium
from tests.journeys.city.scenes import Image, Street, street
from tests.laid_out import LaidOut, as_a_user
from zhima.city.pay.signatures import new_secret

pytestmark = needs_chromium
OURS, RIVAL = "org.openzhima", "org.rival"


@contextmanager
def rival_city(home: Path, secret: str) -> Iterator[tuple[str, str]]:
    """Another operator's address, and the code of a shop there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    us = {OURS: {"url": "http://127.0.0.1:9/", "secret": secret}}
    known = {"ZHIMA_OPERATOR": RIVAL, "ZHIMA_OPERATORS": json.dumps(us), "ZHIMA_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rival_city", str(port)],
        env=as_a_user(**known),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    try:
        code = process.stdout.readline().strip()
        address = f"http://127.0.0.1:{port}"
        # Its first request loads all of the city, longer than a wallet waits for another.
        urllib.request.urlopen(f"{address}/api/v1/openapi.json").close()
        yield address, code
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def rival_and_town(tmp_path: Path, laid_out: LaidOut) -> Iterator[tuple[str, str, Street]]:
    secret = new_secret()
    for folder in ("rival", "ours"):
        (tmp_path / folder).mkdir()
    laid_out.tables(tmp_path / "rival")
    laid_out.demo(tmp_path / "ours")
    with rival_city(tmp_path / "rival", secret) as (address, code):
        them = {RIVAL: {"url": f"{address}/api/v1/operators/credits", "secret": secret}}
        with street(tmp_path / "ours", ZHIMA_OPERATORS=json.dumps(them)) as town:
            yield address, code, town


def test_ana_pays_a_shop_of_the_rival(
    rival_and_town: tuple[str, str, Street], tmp_path: Path
) -> None:
    address, code, town = rival_and_town
    segno.make(code).save(tmp_path / "sign.png", scale=6)
    ana = town.phone("Ana")
    before = ana.balance
    page = town.scan(ana, Image.open(tmp_path / "sign.png"))
    expect(page.get_by_role("heading", name="Rival shop")).to_be_visible()
    expect(page.get_by_text(f"at {RIVAL}")).to_be_visible()
    page.get_by_label("Amount").fill("12.50")
    ana.show("q8-rival-confirm")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("12.50")).to_be_visible()
    ana.show("q8-rival-receipt")
    with urllib.request.urlopen(f"{address}/balance") as answer:
        assert answer.read() == b"1250"
    page.get_by_role("link", name="Done").click()
    assert float(ana.balance.replace(",", "")) == float(before.replace(",", "")) - 12.5
    assert town.sum_of_all_fen() == 0
