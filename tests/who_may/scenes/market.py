"""The owner has submitted an app."""

from __future__ import annotations

from tests.apps_from_outside import MANIFEST
from tests.who_may.people import People
from zhima.city.market import shelf
from zhima.city.pay.models import Merchant


def scene(people: People) -> dict[str, object]:
    """What the pages of developers are about."""
    shop = Merchant.objects.get(pk=people.owner.opens_shop("Kites"))
    app = shelf.submit(owner=people.owner.person, merchant=shop, text=MANIFEST)
    return {"app_id": app.pk, "step": "publish"}
