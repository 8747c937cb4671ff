"""Tests of a room once more, with everything in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]


def require_the_same(url: str, *tests: str) -> None:
    """Run these tests beside the database of a city; all pass and none is skipped."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *tests],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "TABLES_TO_COPY": urlsplit(url).path[1:]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
