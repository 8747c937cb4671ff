"""G6: somebody who holds the database raises a friend's score. The audit finds it, and the friend's
own pages never stop telling how the number came about.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.city.phones import as_a_user, running_city

QUIET_WITHIN_S = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has run for a while and then stands still: nothing moves under the audit."""
    folder = tmp_path_factory.mktemp("city")
    with running_city(folder):
        wait_until_quiet(folder)
    return folder


def audit(home: Path) -> tuple[int, list[dict[str, str]]]:
    """What the command says, as an auditor runs it: exit code and findings."""
    report = home / "found.json"
    words = ["audit", "--home", str(home), "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "zhima", *words],
        env=as_a_user(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 3), done.stderr
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))


def rows(home: Path, sql: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(home / "city.sqlite3", timeout=20)) as file, file:
        return file.execute(sql, values).fetchall()


def wait_until_quiet(home: Path) -> None:
    """Until everything is looked at and every item sealed."""
    waiting = (
        "SELECT (SELECT count(*) FROM scoring_due) + (SELECT count(*) FROM scoring_event"
        " WHERE seq NOT IN (SELECT seq FROM oversight_sealedevent))"
    )
    until = time.monotonic() + QUIET_WITHIN_S
    while time.monotonic() < until:
        if rows(home, waiting) == [(0,)]:
            return
        time.sleep(0.5)
    raise AssertionError("the city never came to rest")


BO = "(SELECT id FROM people_person WHERE username = 'bo')"


def test_nothing_is_wrong_until_a_clerk_helps_a_friend(home: Path) -> None:
    assert audit(home) == (0, [])
    kept = rows(home, f"SELECT score, high FROM scoring_score WHERE person_id = {BO} ORDER BY seq")
    rows(home, f"UPDATE scoring_score SET score = 820, high = 900 WHERE person_id = {BO}")
    code, found = audit(home)
    assert code == 3
    assert {("receipts", "sum_differs"), ("scores", "unknown_standing")} <= {
        (each["part"], each["reason"]) for each in found
    }
    assert not any(str(score) in each["key"].split() for each in found for score, _ in kept)


def test_a_bill_that_was_never_paid_is_found(home: Path) -> None:
    rows(
        home,
        "INSERT INTO scoring_event"
        " (event_id, person_id, kind, occurred_at, recorded_at, amount_fen, context, app, purpose)"
        f" SELECT 'ledger:1:in:bill', {BO}, 'bill.paid', occurred_at, recorded_at, 9900, '{{}}',"
        " app, purpose FROM scoring_event WHERE app = 'wallet' LIMIT 1",
    )
    _, found = audit(home)
    assert {each["part"] for each in found} >= {"evidence"}
