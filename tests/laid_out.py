"""Cities laid out once a run and copied by every test that begins with one.

Migrating and settling the demo take half a minute, a copy none. Whichever worker asks first makes
the original; the commands themselves are played by tests/journeys/city/test_demo_command.py.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TABLES = "city.sqlite3"


def as_a_user(**more: str) -> dict[str, str]:
    """An environment as a user has it: the tests' settings are for tests inside this process."""
    kept = {name: said for name, said in os.environ.items() if name != "ZHIMA_HOME"}
    named = {"DJANGO_SETTINGS_MODULE": "zhima.city.settings", "ZHIMA_MODE": "demo"}
    return {**kept, **named, **more}


class LaidOut:
    """The originals of a run, in a folder that all its workers share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def tables(self, home: Path) -> None:
        """A city's tables, empty, in SQLite, in its folder `home`."""
        shutil.copy(self._original("tables", migrate) / TABLES, home)

    def demo(self, home: Path) -> None:
        """All of the demo's settled city, in its folder `home`."""
        shutil.copytree(self._original("demo", self._settle), home, dirs_exist_ok=True)

    def _settle(self, home: Path) -> None:
        self.tables(home)
        _manage(home, "manage", "seed_demo")

    def _original(self, name: str, make: Callable[[Path], None]) -> Path:
        made, draft = self._folder / name, self._folder / f"{name}.draft"
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                make(draft)
                draft.rename(made)
        return made


def migrate(home: Path, database: str = "") -> None:
    """Bring the tables of a city up to date: in its folder, or in the database of that URL."""
    _manage(home, "migrate", database=database)


def _manage(home: Path, *words: str, database: str = "") -> None:
    command = [sys.executable, "-m", "zhima", "city", words[0], "--home", str(home), *words[1:]]
    done = subprocess.run(
        command,
        env=as_a_user(DATABASE_URL=database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
