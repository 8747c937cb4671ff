"""What an authority is given once two people have approved it; the gateway alone calls this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from zhima.city.disclosure import stored
from zhima.city.disclosure.readers import Asked, Basis, Reader
from zhima.city.disclosure.reading import disclose
from zhima.city.people.models import Person
from zhima.city.scoring.models import Event

EVENTS = "events"
"""Evidence of a period; every other field is one of the score."""


def answer(
    *,
    reader: Reader,
    person: Person,
    purpose: str,
    fields: Iterable[str],
    since: date,
    until: date,
    basis: Basis,
    sealed_until: datetime | None = None,
) -> dict[str, Any]:
    """The fields in scope by name; raises Refused. The entry is written with the reading."""
    asked = Asked(reader, person, purpose, tuple(fields), None, basis, sealed_until)
    return disclose(asked, lambda: _read(person, asked.fields, since, until))


def _read(person: Person, fields: tuple[str, ...], since: date, until: date) -> dict[str, Any]:
    of_score = tuple(field for field in fields if field != EVENTS)
    given = stored.fields_of(person, of_score) if of_score else {}
    if EVENTS in fields:
        given[EVENTS] = _events(person, since, until)
    return given


def _events(person: Person, since: date, until: date) -> list[dict[str, Any]]:
    start = datetime.combine(since, time(), UTC)
    end = datetime.combine(until, time(), UTC) + timedelta(days=1)
    rows = Event.objects.filter(
        person_id=person.pk, occurred_at__gte=start, occurred_at__lt=end
    ).order_by("occurred_at", "seq")
    return [
        {
            "kind": row.kind,
            "occurred_at": row.occurred_at.isoformat(timespec="seconds"),
            "amount_fen": row.amount_fen,
            "app": row.app,
            "purpose": row.purpose,
        }
        for row in rows
    ]
