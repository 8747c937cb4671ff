"""`zhima scorer run`: it takes the lease, works until a signal ends it, and leaves in silence."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.laid_out import TABLES, LaidOut, as_a_user

BATCHES = 3
PATIENCE_S = 120.0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_signal_ends_it_and_frees_the_lease(
    tmp_path: Path, laid_out: LaidOut, ending: signal.Signals
) -> None:
    laid_out.tables(tmp_path)
    scorer = subprocess.Popen(
        [sys.executable, "-m", "zhima", "scorer", "run", "--home", str(tmp_path)],
        env=as_a_user(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert f":{scorer.pid}:" in _wait_until_at_work(tmp_path)
    finally:
        scorer.send_signal(ending)
        said, complained = scorer.communicate(timeout=PATIENCE_S)
    assert (scorer.returncode, complained) == (0, "")
    assert said == "The scorer is at work (Ctrl-C ends it)\n"
    assert _lease(tmp_path)[0] == ""


def _lease(home: Path) -> tuple[str, int]:
    with closing(sqlite3.connect(home / TABLES, timeout=PATIENCE_S)) as tables:
        row = tables.execute("SELECT holder, beat FROM scoring_lease").fetchone()
    return row or ("", 0)


def _wait_until_at_work(home: Path) -> str:
    """Who holds the lease after a few batches."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        holder, beat = _lease(home)
        if beat >= BATCHES:
            return holder
        time.sleep(0.05)
    raise AssertionError("nobody scores")
