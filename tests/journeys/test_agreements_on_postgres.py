"""Agreements, rents, fares and chains once more, with tables and ledger in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
AGAIN = (
    "tests/unit/city/obligations",
    "tests/unit/city/oversight/test_deposits.py",
    "tests/unit/city/score/test_chains.py",
    "tests/journeys/apps/test_a8_rents_and_fares.py",
    "tests/journeys/apps/test_webhooks_to_operators.py",
)


def test_agreements_are_the_same_on_postgresql(postgres_server: PostgresServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *AGAIN],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgres_server.new_database()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
