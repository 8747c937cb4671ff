"""The owner has booked a kite in an outside app, and allowed it everything; a rival app too."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.apps_from_outside import MANIFEST, published
from tests.city_phones import Phone, resident
from tests.who_may.people import People
from zhima.city.clock import now
from zhima.city.market import sessions
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.states import BookingState


class Software(Client):
    """Something that speaks with a key."""

    def __init__(self, key: str) -> None:
        super().__init__(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})


def _token(app: App, phone: Phone) -> str:
    begun = sessions.exchange(app, sessions.begin(app, phone.person, set(sessions.SCOPES)))
    assert begun is not None
    return begun[0]


def scene(people: People) -> dict[str, Any]:
    """Two apps, one booking."""
    app, secret = published(resident("Maker"))
    rival, rival_secret = published(resident("Rival"), MANIFEST.replace("id: kites", "id: boats"))
    people.others |= {
        "app": Software(secret),
        "token": Software(_token(app, people.owner)),
        "rival": Software(rival_secret),
        "rival token": Software(_token(rival, people.stranger)),
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
