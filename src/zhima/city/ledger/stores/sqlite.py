"""The ledger in an SQLite file: write-ahead log, every commit on disk before it is acknowledged."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import chain
from pathlib import Path

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

WAIT_FOR_OTHER_WRITERS_MS = 30_000
WAIT_FOR_READERS_MS = 50
ENTRIES_A_CHECKPOINT = 40_000
"""Between checkpoints the log grows by some tens of megabytes; fewer would rewrite hot pages."""
PAGE_CACHE_KIB = 65_536
ROWS_A_STATEMENT = 256
"""A power of two; smaller powers make up the rest, so that few statements are ever prepared."""

_INSERT_ENTRIES = "INSERT INTO ledger_entries {}"
_INSERT_EVENTS = "INSERT INTO ledger_outbox {}"
_WRITE_SUMS = """
    INSERT INTO ledger_accounts SELECT * FROM ({}) WHERE true ON CONFLICT (id) DO UPDATE SET
        posted_debits_fen = excluded.posted_debits_fen,
        posted_credits_fen = excluded.posted_credits_fen,
        pending_debits_fen = excluded.pending_debits_fen,
        pending_credits_fen = excluded.pending_credits_fen,
        last_seq = excluded.last_seq
"""
_INSERT_HOLDS = "INSERT INTO ledger_open_holds {}"
_DELETE_HOLDS = "DELETE FROM ledger_open_holds WHERE id IN ({})"


class SqliteReader:
    """A read transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """Each row of the answer."""
        return iter(self._connection.execute(sql, values))


class SqliteSession(Session):
    """A write transaction on the store's one writing connection."""

    def __init__(self, connection: sqlite3.Connection, known: Known) -> None:
        super().__init__(known)
        self._connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterable[Row]:
        """The answer to a query."""
        return self._connection.execute(sql, values)

    def among(self, select: str, column: str, values: Sequence[str]) -> Iterable[Row]:
        """The rows of `select` whose `column` is one of `values`."""
        sql = f"{select} WHERE {column} IN (SELECT value FROM json_each(?))"
        return self._connection.execute(sql, (json.dumps(values),))

    def _write(self, batch: Batch) -> None:
        """Entries, events, sums, holds and the head."""
        self._write_rows(_INSERT_ENTRIES, batch.entries)
        self._write_rows(_INSERT_EVENTS, events(batch))
        self._write_rows(_WRITE_SUMS, batch.accounts)
        self._write_rows(_INSERT_HOLDS, opened_holds(batch))
        self._write_rows(_DELETE_HOLDS, ended_holds(batch))
        last = batch.entries[-1]
        self.rows("UPDATE ledger_head SET seq = ?, at_us = ?", (last.seq, last.at_us))

    def _write_rows(self, statement: str, rows: Sequence[Row]) -> None:
        """Many rows a statement: SQLite's work is then done in one piece, without Python's lock."""
        start = 0
        while start < len(rows):
            size = min(ROWS_A_STATEMENT, 1 << (len(rows) - start).bit_length() - 1)
            part = rows[start : start + size]
            self._connection.execute(
                statement.format(_values(size, len(part[0]))), list(chain.from_iterable(part))
            )
            start += size


@cache
def _values(rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return "VALUES " + ", ".join([row] * rows)


class SqliteStore:
    """Books in one file; any number of processes may write, one at a time."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open the file; ZhimaError when it is absent and not to be created."""
        if not create:
            _require_ledger(path)
        if not path.parent.is_dir():
            raise ZhimaError(f"cannot open {path}: the folder {path.parent} does not exist")
        self._path = path
        self._turn = threading.Lock()
        self._known = Known()
        self._idle: list[sqlite3.Connection] = []
        """Reading connections that nobody uses now; taking and giving back is one step each."""
        self._unchecked_entries = 0
        self._writing = self._connect()
        if create:
            self._migrate()

    @contextmanager
    def transaction(self) -> Iterator[SqliteSession]:
        """Write alone, across threads and processes."""
        with self._turn, _named_errors(self._path):
            connection = self._writing
            before = connection.total_changes
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteSession(connection, self._known)
                connection.execute("COMMIT")
            except BaseException:
                self._known.forget()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            self._checkpoint_when_due(connection.total_changes - before)

    @contextmanager
    def reading(self) -> Iterator[SqliteReader]:
        """Look at one moment of the books."""
        with _named_errors(self._path):
            connection = self._idle.pop() if self._idle else self._connect()
            try:
                connection.execute("BEGIN")
                yield SqliteReader(connection)
                connection.execute("ROLLBACK")
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    def close(self) -> None:
        """Fold the log into the file and let it go."""
        with self._turn:
            while self._idle:
                self._idle.pop().close()
            self._writing.close()

    def _connect(self) -> sqlite3.Connection:
        with _named_errors(self._path):
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            for setting in (
                f"busy_timeout = {WAIT_FOR_OTHER_WRITERS_MS}",
                "journal_mode = WAL",
                "synchronous = FULL",
                "wal_autocheckpoint = 0",
                f"cache_size = -{PAGE_CACHE_KIB}",
            ):
                connection.execute(f"PRAGMA {setting}")
            return connection

    def _migrate(self) -> None:
        with self.transaction() as session:
            session.rows(NAMES)
            applied = {name for (name,) in session.rows(APPLIED)}
            for name, sql in migrations("sqlite"):
                if name not in applied:
                    for statement in _statements(sql):
                        session.rows(statement)
                    session.rows(APPLY, (name,))

    def _checkpoint_when_due(self, changes: int) -> None:
        self._unchecked_entries += changes
        if self._unchecked_entries < ENTRIES_A_CHECKPOINT:
            return
        # RESTART lets the log be overwritten in place; TRUNCATE would make it grow anew each time.
        self._writing.execute(f"PRAGMA busy_timeout = {WAIT_FOR_READERS_MS}")
        ((busy, _, _),) = self._writing.execute("PRAGMA wal_checkpoint(RESTART)")
        self._writing.execute(f"PRAGMA busy_timeout = {WAIT_FOR_OTHER_WRITERS_MS}")
        if not busy:
            self._unchecked_entries = 0


def _require_ledger(path: Path) -> None:
    """Look before opening: opening for use would change another program's file."""
    if not path.is_file():
        raise ZhimaError(f"there is no ledger at {path}")
    with _named_errors(path), closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'ledger_head'")
        if not found.fetchall():
            raise ZhimaError(f"there is no ledger at {path}")


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
        raise StoreDown(f"the ledger {path} does not answer: {error}") from error
    except sqlite3.DatabaseError as error:
        if type(error) is sqlite3.DatabaseError:
            raise ZhimaError(f"{path} is not a ledger: {error}") from error
        raise


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
