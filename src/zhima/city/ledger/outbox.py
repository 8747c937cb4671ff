"""The outbox: one event for each entry and account change, taken exactly once by each reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from zhima.city.ledger.model import Entry
from zhima.city.ledger.stores.session import Reader, Row, Session, Store

_AFTER = f"""
    SELECT event.seq, event.event, event.subject_id, event.at_us,
        {", ".join(f"entry.{name}" for name in Entry._fields)}
    FROM ledger_outbox AS event LEFT JOIN ledger_entries AS entry ON entry.seq = event.seq
    WHERE event.seq > ? ORDER BY event.seq LIMIT ?
"""


class Event(NamedTuple):
    """Something that happened to money or to an account."""

    seq: int
    """Its number, without gaps; where effects cannot share a transaction it tells a repeat."""
    event: str
    """subject.verb, documented in docs/ledger.md."""
    subject_id: str
    """The entry's id, or the account's."""
    at_us: int
    entry: Entry | None
    """None for a change of an account."""


def events_after(store: Store, *, seq: int, limit: int) -> list[Event]:
    """At most `limit` events numbered above `seq`, in order; looking moves no cursor."""
    with store.reading() as reader:
        return _events(reader, seq, limit)


def take(
    store: Store,
    *,
    reader: str,
    limit: int,
    handle: Callable[[Session, Sequence[Event]], None],
) -> int:
    """Give `reader` its next events and move its cursor past them, in one transaction.

    What `handle` writes through the session happens once, with the move; when it raises, neither
    happens. Payments wait while it runs. Gives back how many events there were.
    """
    with store.transaction() as session:
        events = _events(session, _cursor(session, reader), limit)
        if events:
            handle(session, events)
            session.rows(
                "INSERT INTO ledger_cursors (reader, seq) VALUES (?, ?) "
                "ON CONFLICT (reader) DO UPDATE SET seq = excluded.seq",
                (reader, events[-1].seq),
            )
    return len(events)


def _events(source: Reader | Session, seq: int, limit: int) -> list[Event]:
    return [_event(row) for row in source.rows(_AFTER, (seq, limit))]


def _event(row: Row) -> Event:
    seq, event, subject_id, at_us, *entry = row
    known = Entry._make(entry) if entry[0] is not None else None
    return Event(seq, event, subject_id, at_us, known)


def _cursor(session: Session, reader: str) -> int:
    rows = list(session.rows("SELECT seq FROM ledger_cursors WHERE reader = ?", (reader,)))
    return rows[0][0] if rows else 0
