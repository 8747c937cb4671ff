"""What an item of evidence did before it turned out wrong: whose scores it moved, who read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.readers import Reader, ReaderKind
from zhima.city.scoring import readings


class Read(NamedTuple):
    """Somebody read something of a person."""

    person_id: UUID
    reader: Reader
    at: datetime


def touched_by(cause: str) -> set[UUID]:
    """Everybody whose score moved because of one cause."""
    return {moved.person_id for moved in readings.chain(cause)}


def reads_of(people: Iterable[UUID], *, since: datetime, until: datetime) -> list[Read]:
    """Every reading of the people's data in a time, sealed ones included, oldest first.

    Refused questions are none; nor is what the city writes about itself.
    """
    entries = Entry.objects.filter(person_id__in=list(people), at__gte=since, at__lt=until)
    rows = entries.order_by("pk").values_list("person_id", "at", "detail")
    return [
        Read(person_id, _reader(detail["reader"]), at)
        for person_id, at, detail in rows
        if detail is not None and detail["reason"] is None
    ]


def _reader(said: dict[str, str]) -> Reader:
    return Reader(ReaderKind(said["kind"]), said["id"], said["name"])
