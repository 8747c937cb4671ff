"""A permission of the owner, and an entry about the owner."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from tests.who_may.people import People
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.reading import Reader, Refused, score_of


def scene(people: People) -> dict[str, object]:
    """What the pages are about."""
    owner = people.owner.person
    grant = grants.give(
        person=owner,
        recipient="app:car",
        purpose="door:car",
        fields=["outcome"],
        until=clock.now() + timedelta(days=30),
    )
    reader = Reader("shop", "cars", "Lotus Cars")
    with suppress(Refused):
        score_of(reader=reader, person=owner, purpose="profile", fields=["band"])
    entry = Entry.objects.get(person=owner)
    return {"grant_id": grant.pk, "entry_id": entry.pk, "name": "checkpoint"}
