"""What an item of evidence did before it turned out wrong: whose scores it moved, who read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from zhima.city.disclosure.feed import Look, feed
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.readers import Reader, ReaderKind
from zhima.city.people.models import Person
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


def reading_of(person: Person, entry_id: int) -> Look | None:
    """One reading as the person sees it; None for refusals, open seals and others' entries."""
    looks = feed(person, limit=1, before=entry_id + 1)
    found = next((look for look in looks if look.entry_id == entry_id), None)
    return found if found and found.reader_name and not found.refusal else None


def approvers_of(entry_id: int) -> list[str]:
    """Who approved a reading by law, in their order; empty for every other."""
    detail = Entry.objects.values_list("detail", flat=True).get(pk=entry_id)
    return list((detail or {}).get("approved_by", ()))


def read_at(entry_id: int) -> Read:
    """One reading with its reader, to tell that it was wrong."""
    entry = Entry.objects.get(pk=entry_id)
    return Read(entry.person_id, _reader(entry.detail["reader"]), entry.at)


def _reader(said: dict[str, str]) -> Reader:
    return Reader(ReaderKind(said["kind"]), said["id"], said["name"], said.get("name_zh", ""))
