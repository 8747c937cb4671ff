"""The ledger's commands, run as a person runs them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger_cases import Teller, cases
from zhima.city.ledger.stores import open_store


def zhima(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhima", "ledger", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def url(new_ledger_url: Callable[[], str]) -> str:
    """Books in which the first story of holds has happened."""
    url = new_ledger_url()
    store = open_store(url)
    teller = Teller(store)
    case = next(case for case in cases() if case.file == "holds")
    teller.open(case.given)
    for line in case.lines:
        teller.read(line)
    store.close()
    return url


def test_sound_books(url: str, tmp_path: Path) -> None:
    report = tmp_path / "audit.json"
    done = zhima("audit", "--store", url, "--json", str(report))
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 findings" in done.stdout
    assert json.loads(report.read_text())["findings"] == []


def test_tampered_books(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    store = open_store(f"sqlite:///{path}")
    Teller(store).open({"ana": 5})
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE ledger_accounts SET posted_credits_fen = 900 WHERE id = 'ana'")
    report = tmp_path / "audit.json"
    done = zhima("audit", "--store", f"sqlite:///{path}", "--json", str(report))
    assert done.returncode == 3
    assert "sums_differ: ledger_accounts, ana" in done.stdout
    reasons = {finding["reason"] for finding in json.loads(report.read_text())["findings"]}
    assert reasons == {"sums_differ", "sum_not_zero"}


@pytest.mark.parametrize("bad", ["sqlite:///nowhere.db", "postgresql:///x?host=/nowhere", "what"])
def test_books_that_are_not_there(bad: str) -> None:
    done = zhima("audit", "--store", bad)
    assert done.returncode == 2
    assert done.stderr.startswith("zhima: ")
    assert "Traceback" not in done.stderr


def test_a_statement_on_screen_and_in_files(url: str, tmp_path: Path) -> None:
    done = zhima("statement", "ana", "--store", url)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("at,seq,kind,id")
    for name in ("ana.csv", "ana.json"):
        assert zhima("statement", "ana", "--store", url, "-o", str(tmp_path / name)).returncode == 0
    assert len(json.loads((tmp_path / "ana.json").read_text())) == len(lines) - 1
    assert (tmp_path / "ana.csv").read_text().splitlines() == lines
    assert zhima("statement", "nobody", "--store", url).returncode == 2
    assert zhima("statement", "ana", "--store", url, "-o", str(tmp_path / "a.pdf")).returncode == 2
