"""The owner has an agreement, and has submitted an app."""

from __future__ import annotations

from tests.apps_from_outside import MANIFEST
from tests.who_may.people import People
from zhima.city import clock
from zhima.city.market import shelf
from zhima.city.obligations import lifecycle
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant


def scene(people: People) -> dict[str, object]:
    """What the pages of agreements and of developers are about."""
    quoted = lifecycle.quote(
        person=people.owner.person,
        merchant=Merchant.objects.get(pk=people.shop),
        app="car",
        title="A car",
        terms=Terms(door="", deposit_fen=100),
        due_at=clock.now(),
        key="who-may",
    )
    assert isinstance(quoted, Obligation)
    shop = Merchant.objects.get(pk=people.owner.opens_shop("Kites"))
    app = shelf.submit(owner=people.owner.person, merchant=shop, text=MANIFEST)
    return {"obligation_id": quoted.pk, "app_id": app.pk, "step": "publish"}
