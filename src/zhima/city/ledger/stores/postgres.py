"""The ledger in PostgreSQL: arrays in and out, one row lock that puts all writers in line."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from psycopg import sql as pg

from zhima.city.ledger.model import Batch
from zhima.city.ledger.stores.schema import APPLIED, APPLY, NAMES, migrations
from zhima.city.ledger.stores.session import (
    Known,
    Row,
    Session,
    StoreDown,
    ended_holds,
    events,
    opened_holds,
)
from zhima.engine.kinds import ZhimaError

_MIGRATION_LOCK = 0x7A68696D61
"""Any number will do, as long as every process that makes the tables asks for the same."""
ROWS_A_FETCH = 5_000

_INSERT_ENTRIES = """
    INSERT INTO ledger_entries SELECT * FROM unnest(
        ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[],
        ?::text[], ?::integer[], ?::bigint[], ?::text[], ?::text[],
        ?::bigint[], ?::bigint[], ?::bigint[])
"""
_INSERT_EVENTS = """
    INSERT INTO ledger_outbox SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[])
"""
_WRITE_SUMS = """
    UPDATE ledger_accounts AS account SET
        posted_debits_fen = new.posted_debits_fen, posted_credits_fen = new.posted_credits_fen,
        pending_debits_fen = new.pending_debits_fen, pending_credits_fen = new.pending_credits_fen,
        last_seq = new.last_seq
    FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
        AS new (id, posted_debits_fen, posted_credits_fen, pending_debits_fen, pending_credits_fen,
                last_seq)
    WHERE account.id = new.id
"""
_INSERT_HOLDS = "INSERT INTO ledger_open_holds SELECT * FROM unnest(?::text[], ?::bigint[])"
_DELETE_HOLDS = "DELETE FROM ledger_open_holds WHERE id = ANY(?)"


class PostgresReader:
    """A read transaction that sees one moment."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._names = count()

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """Each row of the answer, fetched some thousands at a time."""
        with self._connection.cursor(f"reading_{next(self._names)}") as cursor:
            cursor.itersize = ROWS_A_FETCH
            cursor.execute(_marked(sql), values)
            yield from cursor


class PostgresSession(Session):
    """A write transaction that holds the head of the books."""

    def __init__(self, connection: psycopg.Connection[Row], known: Known) -> None:
        super().__init__(known)
        self._connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterable[Row]:
        """The answer to a query, or nothing for a statement."""
        cursor = self._connection.execute(_marked(sql), values)
        return cursor if cursor.description else ()

    def among(self, select: str, column: str, values: Sequence[str]) -> Iterable[Row]:
        """The rows of `select` whose `column` is one of `values`."""
        return self.rows(f"{select} WHERE {column} = ANY(?)", (list(values),))

    def _write(self, batch: Batch) -> None:
        """Entries, events, sums, holds and the head, a statement each."""
        with self._connection.pipeline():
            self._unnest(_INSERT_ENTRIES, batch.entries)
            self._unnest(_INSERT_EVENTS, events(batch))
            self._unnest(_WRITE_SUMS, [(row[0], *row[6:]) for row in batch.accounts])
            self._unnest(_INSERT_HOLDS, opened_holds(batch))
            self._unnest(_DELETE_HOLDS, ended_holds(batch))
            last = batch.entries[-1]
            self.rows("UPDATE ledger_head SET seq = ?, at_us = ?", (last.seq, last.at_us))

    def _unnest(self, sql: str, rows: Iterable[Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(_marked(sql), columns)


class PostgresStore:
    """Books in a database; any number of processes may write, one at a time."""

    def __init__(self, url: str, *, create: bool) -> None:
        """Connect; ZhimaError when there is no ledger and none is to be created."""
        self._url = url
        self._turn = threading.Lock()
        self._known = Known()
        self._idle: list[psycopg.Connection[Row]] = []
        """Reading connections that nobody uses now; taking and giving back is one step each."""
        self._writing = self._connect()
        if create:
            self._migrate()
        elif self._writing.execute("SELECT to_regclass('ledger_head')").fetchone() == (None,):
            raise ZhimaError(f"there is no ledger in {self._place()}")

    @contextmanager
    def transaction(self) -> Iterator[PostgresSession]:
        """Write alone, across threads and processes."""
        with self._turn, self._named_errors():
            if self._writing.closed:
                self._writing = self._connect()
            try:
                with self._writing.transaction():
                    self._writing.execute("SELECT 1 FROM ledger_head FOR UPDATE")
                    yield PostgresSession(self._writing, self._known)
            except BaseException:
                self._known.forget()
                raise

    @contextmanager
    def reading(self) -> Iterator[PostgresReader]:
        """Look at one moment of the books."""
        with self._named_errors():
            connection = self._idle.pop() if self._idle else self._connect_to_read()
            try:
                with connection.transaction():
                    yield PostgresReader(connection)
            except BaseException:
                connection.close()
                # If the server went away the others are dead too.
                self._idle.clear()
                raise
            self._idle.append(connection)

    def close(self) -> None:
        """Let the database go."""
        with self._turn:
            while self._idle:
                self._idle.pop().close()
            self._writing.close()

    def _connect(self) -> psycopg.Connection[Row]:
        with self._named_errors():
            connection: psycopg.Connection[Row] = psycopg.connect(
                self._url, autocommit=True, prepare_threshold=0
            )
            # A server may be set to acknowledge commits it has not written.
            connection.execute("SET synchronous_commit = on")
            return connection

    def _connect_to_read(self) -> psycopg.Connection[Row]:
        connection = self._connect()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return connection

    def _migrate(self) -> None:
        with self._named_errors(), self._writing.transaction():
            session = PostgresSession(self._writing, self._known)
            session.rows("SELECT pg_advisory_xact_lock(?)", (_MIGRATION_LOCK,))
            session.rows(NAMES)
            applied = {name for (name,) in session.rows(APPLIED)}
            for name, script in migrations("postgres"):
                if name not in applied:
                    self._writing.execute(pg.SQL(script), prepare=False)
                    session.rows(APPLY, (name,))

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreDown(f"the ledger in {self._place()} does not answer: {error}") from error

    def _place(self) -> str:
        """The URL without its password."""
        known: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(self._url)
        return f"{known.get('dbname', 'postgres')} on {known.get('host', 'localhost')}"


def _marked(sql: str) -> str:
    return sql.replace("?", "%s")
