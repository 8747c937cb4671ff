"""Plain SQL for SQLite and PostgreSQL alike: the few things in which they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

Row = tuple[Any, ...]
Ids = npt.NDArray[np.bytes_]
_ID = "S16"
_COPY_HEADER_BYTES, _COPY_END_BYTES = 19, 2
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
        found += ask(f"{select} IN ({_marks(part)}) {rest}", [*part, *values])
    return found


def columns(select: str, kinds: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
    """The answer column by column, millions of rows without an object each.

    `kinds` has a letter a column: `p` for a person's id, shape (n,) of 16 bytes, `i` for a whole
    number of 64 bits that is never missing, shape (n,) of int64.
    """
    if connection.vendor == "postgresql":
        return _copied(select, kinds, values)
    rows = ask(select, values)
    found = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    return tuple(
        np.frombuffer(bytes.fromhex("".join(column)), _ID)
        if kind == "p"
        else np.array(column, np.int64)
        for kind, column in zip(kinds, found, strict=True)
    )


def _copied(select: str, kinds: str, values: Sequence[object]) -> tuple[Any, ...]:
    """By COPY: a header, rows whose values each come after their length, two bytes at the end."""
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT binary)", values) as copy,
    ):
        text = b"".join(copy)
    names = [str(place) for place in range(len(kinds))]
    fields: list[tuple[str, str]] = [("values", ">i2")]
    for name, kind in zip(names, kinds, strict=True):
        fields += [(f"length {name}", ">i4"), (name, _ID if kind == "p" else ">i8")]
    rows = np.frombuffer(text[_COPY_HEADER_BYTES:-_COPY_END_BYTES], np.dtype(fields))
    found = [rows[name] for name in names]
    return tuple(
        np.ascontiguousarray(column) if kind == "p" else column.astype(np.int64)
        for kind, column in zip(kinds, found, strict=True)
    )


def ids(people: Iterable[UUID]) -> Ids:
    """People as `columns` has them."""
    return np.frombuffer(b"".join(person.bytes for person in people), _ID)


def do(sql: str, values: Sequence[object] = ()) -> int:
    """How many rows a statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def commit_soon() -> None:
    """Let the current transaction be committed without waiting for the disk, where that is known.

    For what can be made again: after a crash of the server it may not have happened, together
    with all later ones like it. Whatever waits for the disk brings those before it there as well.
    """
    if connection.vendor == "postgresql":
        do("SET LOCAL synchronous_commit TO off")


def do_many(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """One statement for each row."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def add_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """New rows, as quickly as the database takes them."""
    names = ", ".join(columns)
    if not rows:
        return
    if connection.vendor != "postgresql":
        do_many(f"INSERT INTO {table} ({names}) VALUES ({_marks(columns)})", rows)
        return
    # Django knows no COPY: errors get Django's names here.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def put_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows by the key in their first column, in place of those that are there; a key once."""
    names, key = ", ".join(columns), columns[0]
    put = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {put}"
    if not rows:
        return
    if connection.vendor != "postgresql":
        do_many(f"INSERT INTO {table} ({names}) VALUES ({_marks(columns)}) {conflict}", rows)
        return
    # One statement and one value; the table itself says of which types its columns are.
    text = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)
    taken = f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s)"
    do(f"INSERT INTO {table} ({names}) {taken} {conflict}", (text,))


def drop_many(table: str, column: str, members: Iterable[object]) -> None:
    """Take away the rows whose `column` is one of `members`."""
    wanted = list(members)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        do(f"DELETE FROM {table} WHERE {column} IN ({_marks(part)})", part)


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


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
