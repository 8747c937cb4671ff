"""Where the books are kept: an SQLite file or a PostgreSQL database, chosen by a URL."""

from __future__ import annotations

from pathlib import Path

from zhima.city.ledger.stores.session import Reader, Session, Store, StoreDown
from zhima.engine.kinds import ZhimaError

__all__ = ["Reader", "Session", "Store", "StoreDown", "open_store"]


def open_store(url: str, *, create: bool = True) -> Store:
    """Open `sqlite:///relative`, `sqlite:////absolute` or `postgresql://...`.

    With `create` missing tables are made; without it a place that has no ledger is a ZhimaError.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        from zhima.city.ledger.stores.sqlite import SqliteStore

        return SqliteStore(Path(rest[1:]), create=create)
    if separator and scheme in {"postgres", "postgresql"}:
        from zhima.city.ledger.stores.postgres import PostgresStore

        return PostgresStore(url, create=create)
    raise ZhimaError(
        f"{url!r} names no ledger: sqlite:///file, sqlite:////absolute/file or postgresql://host/name"
    )
