"""The log as the city writes it: rows in the transaction of the reading."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhima.city import clock
from zhima.city.disclosure import tree
from zhima.city.disclosure.entries import seal
from zhima.city.disclosure.models import Entry
from zhima.city.live.signals import announce

TOPIC = "looked"
"""What open pages hear when somebody looked."""


def append(
    *,
    kind: str,
    person_id: UUID | str | None,
    reader_kind: str,
    reader: str,
    detail: Mapping[str, Any],
    sealed_until: datetime | None = None,
) -> None:
    """Write one entry in the transaction that is open; it gets its place in the tree after it.

    RuntimeError outside of a transaction: an entry belongs to the reading it tells of.
    """
    if transaction.get_autocommit():
        raise RuntimeError("an entry is written in the transaction of its reading")
    at = clock.now()
    sealed = seal(
        kind=kind, at=at, reader_kind=reader_kind, detail=detail, sealed_until=sealed_until
    )
    entry = Entry(
        at=at,
        body=sealed.body,
        person_id=person_id,
        reader=reader,
        sealed_until=sealed_until,
        salt=sealed.salt,
        detail=sealed.detail,
    )
    if _batch.entries is None:
        entry.save(force_insert=True)
        _announce([entry])
    else:
        _batch.entries.append(entry)


def count(*, person_id: UUID | str, reader: str, since: datetime) -> int:
    """How many entries a reader has caused about a person."""
    written = Entry.objects.filter(person_id=person_id, reader=reader, at__gte=since).count()
    return written + sum(
        (str(entry.person_id), entry.reader) == (str(person_id), reader)
        for entry in _batch.entries or ()
    )


@contextmanager
def together() -> Iterator[None]:
    """Collect the entries of many readings in this thread, to be written by `flush`."""
    _batch.entries = []
    try:
        yield
    finally:
        _batch.entries = None


def flush() -> None:
    """Write what was collected, in the tree where that is possible."""
    if _batch.entries:
        tree.place_with(_batch.entries)
        _announce(_batch.entries)
        _batch.entries = []


def _announce(entries: Iterable[Entry]) -> None:
    # What the city says of itself concerns nobody's page.
    announce({entry.person_id for entry in entries} - {None}, TOPIC)


class _Batch(threading.local):
    entries: list[Entry] | None = None


_batch = _Batch()
