"""Plain SQL for SQLite and PostgreSQL alike: the few things in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

Row = tuple[Any, ...]
_AT_ONCE = 20_000
"""SQLite takes at most 32,766 values in a statement."""


def ask(sql: str, values: Sequence[object] = ()) -> list[Row]:
    """All rows of the answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def among(
    select: str, members: Iterable[object], *, rest: str = "", values: Sequence[object] = ()
) -> list[Row]:
    """The rows of `select ... WHERE column` whose column is one of `members`, and `rest`."""
    wanted = list(members)
    if connection.vendor == "postgresql":
        return ask(f"{select} = ANY(%s) {rest}", [wanted, *values]) if wanted else []
    found: list[Row] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        marks = ",".join(["%s"] * len(part))
        found += ask(f"{select} IN ({marks}) {rest}", [*part, *values])
    return found


def do(sql: str, values: Sequence[object] = ()) -> int:
    """How many rows a statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def do_many(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """One statement for each row."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def key(person: UUID) -> object:
    """A person's id as the database keeps it."""
    return person if connection.vendor == "postgresql" else person.hex


def person(value: object) -> UUID:
    """The id of a row."""
    return value if isinstance(value, UUID) else UUID(str(value))


def stamp(at: datetime) -> object:
    """A moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def moment(value: Any) -> datetime:
    """The moment of a row, in UTC."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def micros(column: str) -> str:
    """SQL for a moment as microseconds since 1970: thousands of moments are not worth objects."""
    if connection.vendor == "postgresql":
        return f"CAST(extract(epoch FROM {column}) * 1000000 AS bigint)"
    # Whole seconds are kept without a fraction.
    fraction = f"CAST(substr({column} || '.000000', 21, 6) AS integer)"
    return f"CAST(strftime('%%s', {column}) AS integer) * 1000000 + {fraction}"
