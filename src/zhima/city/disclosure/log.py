"""The log as the city writes it: rows in the transaction of the reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from zhima.city import clock
from zhima.city.disclosure.entries import seal
from zhima.city.disclosure.models import Entry


def append(
    *,
    kind: str,
    person_id: UUID | str,
    reader_kind: str,
    reader: str,
    detail: Mapping[str, Any],
    sealed_until: datetime | None = None,
) -> Entry:
    """Write one entry in the transaction that is open; it gets its place in the tree after it."""
    at = clock.now()
    sealed = seal(
        kind=kind, at=at, reader_kind=reader_kind, detail=detail, sealed_until=sealed_until
    )
    return Entry.objects.create(
        at=at,
        body=sealed.body,
        person_id=person_id,
        reader=reader,
        sealed_until=sealed_until,
        salt=sealed.salt,
        detail=sealed.detail,
    )


def count(*, person_id: UUID | str, reader: str, since: datetime) -> int:
    """How many entries a reader has caused about a person."""
    return Entry.objects.filter(person_id=person_id, reader=reader, at__gte=since).count()
