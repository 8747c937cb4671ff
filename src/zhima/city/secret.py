"""Secrets made at first start, kept in the data folder and never in the repository."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

_FILE = "secret.key"


def demo_secret(home: Path) -> str:
    """The secret of the demo in `home`, generated (and readable by its owner only) when absent."""
    return kept_secret(home / _FILE, lambda: secrets.token_urlsafe(64))


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file, made (and readable by its owner only) when there is none."""
    if path.is_file():
        return path.read_text(encoding="ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = make()
    with NamedTemporaryFile("w", encoding="ascii", prefix=".secret-", dir=path.parent) as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
        try:
            # A name for what is whole: when two workers start at once, both read the same, and a
            # full disk leaves no secret rather than an empty one.
            os.link(file.name, path)
        except FileExistsError:
            return path.read_text(encoding="ascii")
    return fresh
