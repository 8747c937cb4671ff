"""The owner has a small car from the merchant's rental."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from tests.agreements import TERMS
from tests.who_may.people import People
from zhima.city import clock
from zhima.city.obligations import lifecycle, photos
from zhima.city.obligations.models import Obligation, Photo
from zhima.city.pay.models import Merchant
from zhima.engine.kinds import Text


def scene(people: People) -> dict[str, object]:
    """What the pages of agreements are about."""
    quoted = lifecycle.quote(
        person=people.owner.person,
        merchant=Merchant.objects.get(pk=people.shop),
        app="car",
        title=Text("A small car", "小型车"),
        terms=TERMS,
        due_at=clock.now() + timedelta(days=3),
        key="a small car",
    )
    assert isinstance(quoted, Obligation)
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, format="PNG")
    photo = photos.show(quoted, by=f"shop:{people.shop}", content=file.getvalue())
    assert isinstance(photo, Photo)
    return {"obligation_id": quoted.pk, "photo_id": photo.pk}
