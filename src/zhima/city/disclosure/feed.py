"""Who looked: a person's own entries, newest first. Sealed ones show that they are sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhima.city import clock
from zhima.city.disclosure.models import Entry
from zhima.city.language import either
from zhima.city.people.models import Person

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the feed. A sealed one says until when, and nothing more."""

    entry_id: int
    at: datetime
    place: int | None
    sealed_until: datetime | None = None
    reader_kind: str = ""
    reader_name: str = ""
    purpose: str = ""
    fields: tuple[str, ...] = ()
    ground: str = ""
    refusal: str = ""
    approved_by: tuple[str, ...] = ()
    """The ids of those who approved a reading by law."""


def feed(person: Person, *, limit: int = LONGEST, before: int | None = None) -> list[Look]:
    """The latest looks at a person's data; `before` is the entry id where the last page ended."""
    entries = Entry.objects.filter(person=person)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    return list(_looks(entries.order_by("-pk")[:limit]))


def _looks(entries: Any) -> Iterator[Look]:
    now = clock.now()
    for entry in entries:
        if entry.sealed_until is not None and entry.sealed_until > now:
            yield Look(entry.pk, entry.at, entry.place, sealed_until=entry.sealed_until)
        elif entry.detail is not None:
            yield _open_look(entry, entry.detail)


def _open_look(entry: Entry, detail: dict[str, Any]) -> Look:
    reader = detail["reader"]
    return Look(
        entry_id=entry.pk,
        at=entry.at,
        place=entry.place,
        reader_kind=reader["kind"],
        reader_name=either(reader["name"], reader.get("name_zh", "")),
        purpose=detail["purpose"],
        fields=tuple(detail["fields"]),
        ground=detail["ground"] or "",
        refusal=detail["reason"] or "",
        approved_by=tuple(detail.get("approved_by", ())),
    )
