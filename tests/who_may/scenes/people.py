"""The page of the owner, as others see it."""

from __future__ import annotations

from tests.who_may.people import People


def scene(people: People) -> dict[str, object]:
    """Whom the pages are about."""
    return {"person_id": people.owner.person.pk, "username": "ana"}
