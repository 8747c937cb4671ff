"""In every app the merchant's shop offers something, and the owner has booked it."""

from __future__ import annotations

from django.utils import timezone

from tests.who_may.people import People
from zhima.city.clock import now
from zhima.city.market import inventory
from zhima.city.market.models import Booking, Offer
from zhima.city.market.shelf import own_manifests
from zhima.city.market.states import BookingState

FACTS = {
    "from": {"en": "Here", "zh": "此处"},
    "to": {"en": "There", "zh": "彼处"},
    "start_fen": 100,
    "km_fen": 10,
}


def scene(people: People) -> dict[str, object]:
    """One offer and one booking an app; the booking has the app's name."""
    for app in own_manifests():
        offer = Offer.objects.create(
            app_id=app,
            key="one",
            merchant_id=people.shop,
            title_en="One",
            title_zh="一",
            pattern={"standing": 9},
            facts=FACTS,
        )
        list(inventory.slots(offer, day=timezone.localdate(now())))
        Booking.objects.create(
            pk=app,
            app_id=app,
            offer=offer,
            person=people.owner.person,
            state=BookingState.BOOKED,
            wish_key=app,
            starts_at=now(),
            made_at=now(),
            changed_at=now(),
        )
    return {"offer_key": "one", "act": "cancel"}
