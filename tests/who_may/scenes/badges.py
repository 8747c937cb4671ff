"""A batch of badges of the owner."""

from __future__ import annotations

from datetime import timedelta

from tests.who_may.people import People
from zhima.city import clock
from zhima.city.badges.models import Batch


def scene(people: People) -> dict[str, object]:
    """What the pages are about."""
    now = clock.now()
    batch = Batch.objects.create(
        person=people.owner.person,
        at_least=650,
        issued_at=now,
        until=(now + timedelta(days=7)).date(),
    )
    return {"batch_id": batch.pk}
