"""The same city on PostgreSQL: its demo settles there, and the books hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def zhima(tmp_path: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhima", *words],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "zhima.city.settings",
            "ZHIMA_HOME": str(tmp_path),
            "ZHIMA_MODE": "demo",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_settles_and_its_books_hold(tmp_path: Path, postgres_server) -> None:
    url = postgres_server.new_url()
    for words in (["migrate"], ["manage", "seed_demo"], ["manage", "seed_demo"]):
        done = zhima(tmp_path, url, "city", *words, "--home", str(tmp_path))
        assert done.returncode == 0, done.stderr
    assert "here already" in done.stdout
    audited = zhima(tmp_path, url, "ledger", "audit", "--store", url)
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert not list(tmp_path.glob("*.sqlite3"))
