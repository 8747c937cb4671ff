"""The owner has booked a kite in an outside app, and allowed it everything; a rival app too."""

from __future__ import annotations

from typing import Any

from tests.apps_from_outside import BOOK, HOURS, MANIFEST, PAY, AppSoftware, published
from tests.city_phones import resident
from tests.who_may.people import People
from tests.who_may.scenes.partners import with_key
from zhima.city.clock import now
from zhima.city.market.models import Booking, Offer
from zhima.city.market.states import BookingState


def scene(people: People) -> dict[str, Any]:
    """Two apps, one booking."""
    app, secret = published(resident("Maker"))
    other = published(resident("Rival"), MANIFEST.replace("id: kites", "id: boats"))
    kites, boats = AppSoftware.of(app, secret), AppSoftware.of(*other)
    people.others |= {
        "app": with_key(kites.for_itself()),
        "token": with_key(kites.for_person(people.owner, BOOK, PAY, HOURS)),
        "rival": with_key(boats.for_itself()),
        "rival token": with_key(boats.for_person(people.stranger, BOOK, PAY, HOURS)),
    }
    offer = Offer.objects.create(
        app_id=app.pk,
        key="kite",
        merchant=app.merchant,
        title_en="Kite",
        title_zh="风筝",
        pattern={"standing": 2},
    )
    booking = Booking.objects.create(
        app_id=app.pk,
        offer=offer,
        person=people.owner.person,
        state=BookingState.BOOKED,
        wish_key="who-may-0",
        starts_at=now(),
        made_at=now(),
        changed_at=now(),
    )
    return {"offer_key": "kite", "booking_id": booking.pk}
