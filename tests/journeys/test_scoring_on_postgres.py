"""The tests of scoring once more, with everything in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]


def test_scoring_is_the_same_on_postgresql(postgres_server: PostgresServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/unit/city/scoring"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgres_server.new_database()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
