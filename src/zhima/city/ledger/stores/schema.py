"""The ledger's tables: plain SQL files, applied once each, in the order of their names."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

NAMES = "CREATE TABLE IF NOT EXISTS ledger_migrations (name text PRIMARY KEY)"
APPLIED = "SELECT name FROM ledger_migrations"
APPLY = "INSERT INTO ledger_migrations VALUES (?)"


def migrations(database: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of each migration for `sqlite` or `postgres`, oldest first."""
    folder = files("zhima.city.ledger.stores") / "migrations" / database
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield file.name, file.read_text(encoding="utf-8")
