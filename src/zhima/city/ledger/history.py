"""The past of an account, told from its entries: balances as of any time, and statements."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TextIO

from zhima.city.ledger.model import MAX_TOTAL_FEN, Account, Entry
from zhima.city.ledger.stores.session import ACCOUNT_COLUMNS, Reader, Store
from zhima.engine.kinds import ZhimaError

_WALK = f"""
    WITH RECURSIVE walk (seq) AS (
        SELECT last_seq FROM ledger_accounts WHERE id = ?
        UNION ALL
        SELECT CASE WHEN step.debit_id = ? THEN step.debit_prior ELSE step.credit_prior END
        FROM walk JOIN ledger_entries AS step ON step.seq = walk.seq
    )
    SELECT {", ".join(f"entry.{name}" for name in Entry._fields)}, hold.amount_fen
    FROM walk JOIN ledger_entries AS entry ON entry.seq = walk.seq
        LEFT JOIN ledger_entries AS hold ON hold.id = entry.refers_to AND entry.refers_to <> ''
    WHERE entry.at_us < ?
    ORDER BY entry.seq
"""


class Line(NamedTuple):
    """One line of a statement: what an entry did to the account, and how it stood after it."""

    seq: int
    at_us: int
    kind: str
    id: str
    refers_to: str
    counterparty_id: str
    change_fen: int
    """What came in, or with a minus what went out; zero for a hold and its release."""
    balance_fen: int
    held_fen: int
    """What holds keep of the balance."""
    memo: str


class Balance(NamedTuple):
    """How an account stood at some time."""

    balance_fen: int
    held_fen: int

    @property
    def available_fen(self) -> int:
        """What could leave."""
        return self.balance_fen - self.held_fen


def find_account(store: Store, *, account_id: str) -> Account:
    """The account as it stands; ZhimaError when there is none."""
    with store.reading() as reader:
        return _account(reader, account_id)


def balance_at(store: Store, *, account_id: str, before_us: int) -> Balance:
    """The balance just before a time, recomputed from the entries (UTC microseconds)."""
    last = Balance(0, 0)
    for line in statement(store, account_id=account_id, before_us=before_us):
        last = Balance(line.balance_fen, line.held_fen)
    return last


def statement(
    store: Store, *, account_id: str, from_us: int = 0, before_us: int = MAX_TOTAL_FEN
) -> list[Line]:
    """The account's entries from one time until before another, oldest first."""
    with store.reading() as reader:
        _account(reader, account_id)
        lines = _lines(reader, account_id, before_us)
        return [line for line in lines if line.at_us >= from_us]


def write_csv(lines: Iterable[Line], file: TextIO) -> None:
    """A statement as CSV, for spreadsheets: a memo that looks like a formula gets an apostrophe."""
    table = csv.writer(file)
    table.writerow(["at", *(name for name in Line._fields if name != "at_us")])
    for line in lines:
        record = _record(line)
        record["memo"] = no_formula(line.memo)
        table.writerow(record.values())


def write_json(lines: Iterable[Line], file: TextIO) -> None:
    """A statement as a JSON list, one object a line."""
    json.dump([_record(line) for line in lines], file, ensure_ascii=False, indent=1)
    file.write("\n")


def _account(reader: Reader, account_id: str) -> Account:
    sql = f"SELECT {ACCOUNT_COLUMNS} FROM ledger_accounts WHERE id = ?"
    for row in reader.rows(sql, (account_id,)):
        return Account._make(row)
    raise ZhimaError(f"there is no account {account_id!r}")


def _lines(reader: Reader, account_id: str, before_us: int) -> Iterator[Line]:
    balance_fen = held_fen = 0
    for *columns, held_before_fen in reader.rows(_WALK, (account_id, account_id, before_us)):
        entry = Entry._make(columns)
        outgoing = entry.debit_id == account_id
        change_fen = _posted_fen(entry) * (-1 if outgoing else 1)
        balance_fen += change_fen
        held_fen += _newly_held_fen(entry, held_before_fen) if outgoing else 0
        yield Line(
            entry.seq,
            entry.at_us,
            entry.kind,
            entry.id,
            entry.refers_to,
            entry.credit_id if outgoing else entry.debit_id,
            change_fen,
            balance_fen,
            held_fen,
            entry.memo,
        )


def _posted_fen(entry: Entry) -> int:
    return 0 if entry.kind in ("hold", "release") else entry.amount_fen


def _newly_held_fen(entry: Entry, held_before_fen: int | None) -> int:
    if entry.kind == "hold":
        return entry.amount_fen
    if entry.kind in ("capture", "release") and held_before_fen is not None:
        return -held_before_fen
    return 0


def _record(line: Line) -> dict[str, object]:
    record: dict[str, object] = {"at": _iso(line.at_us), **line._asdict()}
    del record["at_us"]
    return record


def _iso(at_us: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)
    return moment.isoformat(timespec="microseconds")


def no_formula(text: str) -> str:
    """What somebody typed, for a cell: no spreadsheet takes it for something to be worked out."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
