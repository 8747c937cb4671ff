"""A PostgreSQL of the tests' own, from Debian's package, in a temporary folder on a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import psycopg

_schemas = count(1)
_NONE: Mapping[str, str] = MappingProxyType({})


def programs() -> Path | None:
    """The folder of the newest PostgreSQL installed; None without one."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda program: float(program.parents[1].name))
    return found[-1].parent if found else None


def memory_folder() -> str | None:
    """Where files cost no disk: what the tests prove does not depend on its speed."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def new_schema(url: str, name: str) -> str:
    """An empty place for a ledger beside whatever the database holds; its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[call-overload]
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"


class PostgresServer:
    """A server that can be started, stopped and made to crash."""

    def __init__(self, folder: str | None = None, *, settings: Mapping[str, str] = _NONE) -> None:
        bin_folder = programs()
        assert bin_folder is not None, "no PostgreSQL is installed"
        self._programs, self._settings = bin_folder, settings
        self.home = Path(tempfile.mkdtemp(prefix="zhima-pg-", dir=folder or memory_folder()))
        # PostgreSQL refuses to run as root.
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self._as_user:
            shutil.chown(self.home, "postgres")
        self._run("initdb", "-D", self._data, "-U", "zhima", "-A", "trust", "-E", "UTF8", "-N")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.home / "data")

    def start(self) -> None:
        """Start, recovering from a crash if there was one."""
        options = f"-k {self.home} -c listen_addresses= -c max_connections=60"
        options += "".join(f" -c {name}={value}" for name, value in self._settings.items())
        log = str(self.home / "log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-w", "-o", options, "start")

    def crash(self) -> None:
        """Stop at once, writing nothing more, as after a power cut."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stop and leave nothing behind."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def new_url(self) -> str:
        """An empty place for a ledger."""
        return new_schema(self._url(), f"books_{next(_schemas)}")

    def new_database(self, *, like: str = "") -> str:
        """A database beside which others can be made: empty, or a copy of one that nobody uses."""
        name, original = f"city_{next(_schemas)}", urlsplit(like).path[1:] or "template1"
        with psycopg.connect(self._url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {original}")  # type: ignore[call-overload]
        return self._url(name)

    def _url(self, database: str = "postgres") -> str:
        return f"postgresql:///{database}?host={self.home}&user=zhima"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), *arguments]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
