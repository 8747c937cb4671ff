"""Tests of a room once more, with everything in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]


def require_the_same(server: PostgresServer, *tests: str) -> None:
    """Run these tests in a database of their own; all pass and none is skipped."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *tests],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": server.new_database()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
