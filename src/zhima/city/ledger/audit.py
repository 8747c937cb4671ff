"""An independent check of the books: its own arithmetic over the entries, nothing of `apply`.

What does not hold comes back as findings; each reason is explained in docs/ledger.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from zhima.city.ledger.auditor import Auditor, Line, Purse, Told
from zhima.city.ledger.stores.session import Reader, Row, Store
from zhima.engine.kinds import Finding

_ENTRIES = f"SELECT {', '.join(Line._fields)} FROM ledger_entries ORDER BY seq"
_EVENTS = f"SELECT {', '.join(Told._fields)} FROM ledger_outbox ORDER BY seq"
_REFERENCES = "SELECT DISTINCT refers_to FROM ledger_entries"
_ACCOUNTS = """
    SELECT id, posted_debits_fen, posted_credits_fen, pending_debits_fen, pending_credits_fen,
        last_seq, currency, may_go_negative, frozen, closed FROM ledger_accounts
"""


class Audit(NamedTuple):
    """What an audit looked at and what it found."""

    entries: int
    accounts: int
    findings: list[Finding]


def audit(store: Store) -> Audit:
    """Recompute every balance from the entries, one moment of the store against itself."""
    with store.reading() as reader:
        stored = {row[0]: row[1:] for row in reader.rows(_ACCOUNTS)}
        auditor = Auditor(
            purses={name: Purse(row[5], bool(row[6])) for name, row in stored.items()},
            wanted={name for (name,) in reader.rows(_REFERENCES)},
        )
        for seq, line, told in _log(reader):
            auditor.follow(seq, line, told)
        _compare_accounts(auditor, stored)
        _compare_the_rest(auditor, reader)
    return Audit(auditor.entries, len(stored), auditor.findings)


def _log(reader: Reader) -> Iterator[tuple[int, Line | None, Told | None]]:
    """What the books have under each number, in order: an entry, an event, mostly both."""
    lines: Iterator[Line | Told] = map(Line._make, reader.rows(_ENTRIES))
    told: Iterator[Line | Told] = map(Told._make, reader.rows(_EVENTS))
    for seq, both in groupby(merge(lines, told, key=_number), key=_number):
        line: Line | None = None
        event: Told | None = None
        for record in both:
            if isinstance(record, Line):
                line = record
            else:
                event = record
        yield seq, line, event


def _number(record: Line | Told) -> int:
    return record.seq


def _compare_accounts(auditor: Auditor, stored: dict[str, Row]) -> None:
    totals: Counter[str] = Counter()
    for name, row in stored.items():
        purse = auditor.purses[name]
        if purse.sums() != tuple(row[:5]):
            auditor.find("ledger_accounts", None, name, row[:5], "sums_differ")
        if (purse.frozen, purse.closed) != (bool(row[7]), bool(row[8])):
            auditor.find("ledger_accounts", None, name, row[7:], "flags_differ")
        totals[f"posted {purse.currency}"] += row[1] - row[0]
        totals[f"pending {purse.currency}"] += row[3] - row[2]
    for name, total_fen in totals.items():
        if total_fen:
            auditor.find("ledger_accounts", None, name, total_fen, "sum_not_zero")


def _compare_the_rest(auditor: Auditor, reader: Reader) -> None:
    auditor.expect_unlinked(auditor.seq)
    for (seq,) in reader.rows("SELECT seq FROM ledger_head"):
        if seq != auditor.seq:
            auditor.find("ledger_head", None, "seq", seq, "head_differs")
    stored_holds = set(reader.rows("SELECT id, expires_at_us FROM ledger_open_holds"))
    for name, _ in stored_holds ^ auditor.open_holds:
        auditor.find("ledger_open_holds", None, "id", name, "open_holds_differ")
    for name, seq in reader.rows("SELECT reader, seq FROM ledger_cursors"):
        if seq > auditor.seq:
            auditor.find("ledger_cursors", None, name, seq, "cursor_ahead")
    repeated = "SELECT id FROM ledger_entries GROUP BY id HAVING COUNT(*) > 1"
    for (name,) in reader.rows(repeated):
        auditor.find("ledger_entries", None, "id", name, "id_repeated")
