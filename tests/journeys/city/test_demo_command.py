"""`zhima demo`: opened without a window, used, started over, closed, opened again."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.journeys.command import zhima
from tests.laid_out import LaidOut, as_a_user

PATIENCE_S = 180


class Visitor:
    """Somebody with a browser that keeps cookies and runs no scripts."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = ""
        self.told_to_go: str | None = None

    def look(self, path: str) -> str:
        with self._opener.open(self._address + path, timeout=PATIENCE_S) as answer:
            self.page = answer.read().decode()
            self.told_to_go = answer.headers.get("HX-Redirect")
        return self.page

    def send(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)[1]
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        with self._opener.open(self._address + path, body, timeout=PATIENCE_S) as answer:
            self.page = answer.read().decode()
        return self.page


class Demo:
    """The command, running."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zhima", "demo", "--home", home, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=as_a_user(),
        )
        self.said: list[str] = []
        while not self.said or "Ctrl-C" not in self.said[-1]:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said.append(line)
        self.address = re.search(r"http://[\d.:]+/", "".join(self.said))[0]
        wait_until(self.address, "offline/")

    def end(self, number: int) -> str:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=PATIENCE_S)
        return rest


def wait_until(address: str, path: str, go: str | None = None) -> None:
    """Ask until the city answers, and sends its visitor where it should."""
    give_up = time.monotonic() + PATIENCE_S
    visitor = Visitor(address)
    while time.monotonic() < give_up:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            visitor.look(path)
            if visitor.told_to_go == go:
                return
        time.sleep(0.1)
    raise AssertionError(f"{path} never led to {go}")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "home")
    yield running
    running.process.kill()
    running.process.wait()


def balance(visitor: Visitor) -> str:
    return re.search(r"data-balance>([^<]+)<", visitor.look(""))[1]


def enter(address: str, name: str) -> Visitor:
    visitor = Visitor(address)
    assert name.title() in visitor.look("")
    visitor.send(f"demo/enter/{name}/")
    return visitor


def test_a_visitor_spends_starts_over_and_closes(demo: Demo) -> None:
    ana = enter(demo.address, "ana")
    before = balance(ana)
    ana.look("pay/top-up/")
    ana.send("pay/top-up/", amount_fen="500.00", bank_account="6222000012345678", key="A" * 22)
    assert balance(ana) != before

    life = re.search(r"/demo/started/(\w+)/", start_over(demo.address))[1]
    wait_until(demo.address, f"demo/started/{life}/?two", go="/demo/two/")
    assert balance(enter(demo.address, "ana")) == before
    assert "Be one of the residents" in ana.look("pay/top-up/"), "a stranger now"

    assert "The city is closed" in demo.end(signal.SIGTERM)
    assert demo.process.returncode == 0


def start_over(address: str) -> str:
    visitor = Visitor(address)
    visitor.look("demo/two/")
    return visitor.send("demo/start-over/", back="two")


def test_one_demo_a_folder_and_a_second_start_keeps_what_happened(
    tmp_path: Path, laid_out: LaidOut
) -> None:
    laid_out.demo(tmp_path)
    first = Demo(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    second = zhima("demo", "--home", tmp_path, "--port", "0")
    assert second.returncode == 2
    assert f"already, at {first.address}" in second.stderr
    ana = enter(first.address, "ana")
    ana.look("pay/top-up/")
    ana.send("pay/top-up/", amount_fen="500.00", bank_account="6222000012345678", key="A" * 22)
    richer = balance(ana)
    first.end(signal.SIGINT)
    assert first.process.returncode == 0

    again = Demo(tmp_path)
    assert "settled" not in "".join(again.said)
    assert balance(enter(again.address, "ana")) == richer
    again.end(signal.SIGTERM)
    assert (tmp_path / "notes.txt").read_text() == "mine"
