"""What the ledger asks of a database, and the questions it asks of every one alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from zhima.city.ledger.apply import Needs
from zhima.city.ledger.books import ending_of
from zhima.city.ledger.model import Account, Batch, Entry, Sequel, State
from zhima.engine.kinds import ZhimaError

Row = tuple[Any, ...]

ENTRY_COLUMNS = ", ".join(Entry._fields)
ACCOUNT_COLUMNS = ", ".join(Account._fields)

MAX_KNOWN_ACCOUNTS = 200_000

_DUE = f"""
    SELECT {", ".join(f"entry.{name}" for name in Entry._fields)}
    FROM ledger_open_holds AS hold JOIN ledger_entries AS entry ON entry.id = hold.id
    WHERE hold.expires_at_us > 0 AND hold.expires_at_us <= ?
    ORDER BY hold.expires_at_us, entry.seq
"""


class StoreDown(ZhimaError):
    """The database did not confirm; nobody may take the transfers for written, or for refused."""


class Reader(Protocol):
    """A consistent look at the books. SQL is the part both databases share, with `?` marks."""

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """Each row of the answer, without holding all of them in memory."""
        ...


class Known:
    """Accounts as this process last wrote or read them, good while nobody else has written."""

    __slots__ = ("accounts", "seq")

    def __init__(self) -> None:
        self.seq = 0
        self.accounts: dict[str, Account] = {}

    def as_of(self, seq: int) -> dict[str, Account]:
        """What is known when the last number given is `seq`: nothing, if it was not ours."""
        if seq != self.seq or len(self.accounts) > MAX_KNOWN_ACCOUNTS:
            self.forget()
            self.seq = seq
        return self.accounts

    def learn(self, batch: Batch) -> None:
        """Take over what a batch made of the accounts."""
        self.seq = batch.entries[-1].seq
        self.accounts.update((account.id, account) for account in batch.accounts)

    def forget(self) -> None:
        """Trust nothing: the transaction failed."""
        self.seq = 0
        self.accounts.clear()


class Session(ABC):
    """One write transaction: nobody else writes until it ends."""

    def __init__(self, known: Known) -> None:
        self._known = known

    @abstractmethod
    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterable[Row]:
        """The answer to a query, or nothing for a statement; `?` marks the values."""

    @abstractmethod
    def among(self, select: str, column: str, values: Sequence[str]) -> Iterable[Row]:
        """The rows of `select` whose `column` is one of `values`."""

    @abstractmethod
    def _write(self, batch: Batch) -> None:
        """Entries, events, sums, holds and the head."""

    def head(self) -> tuple[int, int]:
        """The last number given and its time in microseconds."""
        ((seq, at_us),) = self.rows("SELECT seq, at_us FROM ledger_head")
        return seq, at_us

    def state(self, needs: Needs, now_us: int) -> State:
        """All that applying needs to know. Time never runs backwards, whatever the clock says."""
        seq, last_us = self.head()
        at_us = max(now_us, last_us)
        due = tuple(Entry._make(row) for row in self.rows(_DUE, (at_us,)))
        entries = self._entries([*needs.entry_ids, *needs.reference_ids])
        touched = {*needs.account_ids}
        for entry in (*due, *entries.values()):
            touched.update((entry.debit_id, entry.credit_id))
        known = self._known.as_of(seq)
        unknown = [name for name in touched if name not in known]
        if unknown:
            known.update(self.accounts(unknown))
        return State(at_us, seq, known, entries, self._sequels(needs.reference_ids), due)

    def accounts(self, ids: Sequence[str]) -> dict[str, Account]:
        """The accounts among `ids` that exist, from the database."""
        rows = self.among(f"SELECT {ACCOUNT_COLUMNS} FROM ledger_accounts", "id", ids)
        return {row[0]: Account._make(row) for row in rows}

    def append(self, batch: Batch) -> None:
        """Write a batch that was applied to this session's `state`."""
        self._write(batch)
        self._known.learn(batch)

    def _entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        rows = self.among(f"SELECT {ENTRY_COLUMNS} FROM ledger_entries", "id", ids)
        return {row[1]: Entry._make(row) for row in rows}

    def _sequels(self, ids: Sequence[str]) -> dict[str, Sequel]:
        if not ids:
            return {}
        select = "SELECT refers_to, kind, id, amount_fen FROM ledger_entries"
        sequels: dict[str, Sequel] = {}
        for reference, kind, entry_id, amount_fen in self.among(select, "refers_to", ids):
            before = sequels.get(reference, Sequel())
            if kind == "refund":
                after = before._replace(refunded_fen=before.refunded_fen + amount_fen)
            else:
                after = before._replace(ended_by=ending_of(kind, entry_id))
            sequels[reference] = after
        return sequels


class Store(Protocol):
    """A database that keeps the books."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Write alone; commits at the end, durably, or leaves no trace when an error passes."""
        ...

    def reading(self) -> AbstractContextManager[Reader]:
        """Look at one moment of the books, without hindering the writer."""
        ...

    def close(self) -> None:
        """Let the database go."""
        ...


def events(batch: Batch) -> list[Row]:
    """The outbox rows of a batch: one an entry, under the entry's number."""
    return [(entry.seq, entry.event, entry.id, entry.at_us) for entry in batch.entries]


def opened_holds(batch: Batch) -> list[Row]:
    """Holds that a batch placed."""
    return [(entry.id, entry.expires_at_us) for entry in batch.entries if entry.kind == "hold"]


def ended_holds(batch: Batch) -> list[Row]:
    """Holds that a batch captured or released."""
    return [(entry.refers_to,) for entry in batch.entries if entry.kind in ("capture", "release")]
