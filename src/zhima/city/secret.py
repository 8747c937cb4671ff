"""Secrets made at first start, kept in the data folder and never in the repository."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

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
    try:
        # O_EXCL: when two workers start at once, one writes and both read the same.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh)
    return fresh
