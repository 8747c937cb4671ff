"""The demo's own secret: made at first start, kept in its data folder, never in the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_FILE = "secret.key"


def demo_secret(home: Path) -> str:
    """The secret of the demo in `home`, generated (and readable by its owner only) when absent."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / _FILE
    fresh = secrets.token_urlsafe(64)
    try:
        # O_EXCL: when two workers start at once, one writes and both read the same.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh)
    return fresh
