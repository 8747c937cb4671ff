"""Shops of mini-apps and their customers, through HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tests.city_phones import Phone, Screen, balance_of, resident, screen
from tests.city_scores import opt_in
from tests.given_scores import stand_at
from zhima.city import chores, clock
from zhima.city.clock import now
from zhima.city.market.installing import inventory_of, stock_up
from zhima.city.market.inventory import slots
from zhima.city.market.models import Booking, Offer, Slot
from zhima.city.market.shelf import own_manifests
from zhima.city.pay.models import Clerk, Merchant
from zhima.city.pay.shops import shop_account
from zhima.city.people import contacts
from zhima.city.scoring.models import Event


@dataclass(frozen=True)
class Desk:
    """A shop of an app, and who keeps it."""

    app: str
    keeper: Phone
    shop: Merchant

    def does(self, act: str, booking: Booking, **said: Any) -> Screen:
        """The keeper does something for a customer."""
        return self.keeper.post(f"{self.app}:serve", booking.pk, act, **said)

    def hires(self, clerk: Phone) -> None:
        """One more who may serve."""
        Clerk.objects.create(merchant=self.shop, person=clerk.person)

    @property
    def till_fen(self) -> int:
        """What the shop has."""
        return balance_of(shop_account(self.shop.pk))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """While the city's clock says so."""
    with clock.pretending(clock.microseconds(moment)):
        yield


@contextmanager
def later(days: float) -> Iterator[None]:
    """So many days from now, after everything that happens by itself."""
    with at(clock.now() + timedelta(days=days)):
        for _ in range(2):
            chores.do_all()
        yield


def customer(
    name: str, *, fen: int = 0, score: int | None = None, **allowed: Sequence[str]
) -> Phone:
    """Somebody who wants a score, or stands at one, and lets each named app do what is listed."""
    phone = resident(name, fen=fen)
    if score is None:
        opt_in(phone.person)
    else:
        stand_at(phone.person, score)
    for app, purposes in allowed.items():
        allows(phone, app, *purposes)
    return phone


def befriend(one: Phone, other: Phone) -> None:
    """Two agree to know each other."""
    contacts.ask(person=one.person, other=other.person)
    contacts.agree(person=other.person, other=one.person)


def opens(app: str, keeper: Phone | None = None) -> Desk:
    """The app's first shop opens, with what its inventory says; somebody keeps it."""
    keeper = keeper or resident("Keeper")
    (said, *_) = inventory_of(own_manifests()[app].parent)
    shop = Merchant.objects.get(
        pk=keeper.opens_shop(said["name"]["en"], name_zh=said["name"]["zh"])
    )
    stock_up(app, shop, said["offers"])
    return Desk(app, keeper, shop)


def offer(app: str, key: str) -> Offer:
    """An offer by its key."""
    return Offer.objects.get(app_id=app, key=key)


def tomorrow(app: str, key: str, at: str = "", days: int = 1) -> Slot:
    """A slot of tomorrow, or of a later day: the one at a time of day, or the first."""
    day = timezone.localdate(now()) + timedelta(days=days)
    found = slots(offer(app, key), day=day)
    if at:
        return next(s for s in found if timezone.localtime(s.starts_at).strftime("%H:%M") == at)
    return found[0]


def standing(app: str, key: str) -> Slot:
    """The one slot of a thing without times."""
    (slot,) = slots(offer(app, key))
    return slot


def takes(phone: Phone, app: str, key: str, **said: Any) -> Booking:
    """Book a thing without times, its deposit frozen: from now on it waits to be fetched."""
    said = {"freeze": "yes", **said}
    return booking_on(books(phone, app, key, standing(app, key), **said))


def books(phone: Phone, app: str, key: str, slot: Slot | None = None, /, **said: Any) -> Screen:
    """Look at the confirmation, then send it."""
    asked = {"slot": str(slot.pk) if slot else "", "count": str(said.pop("count", 1))}
    trip = {end: said[end] for end in ("start", "goal") if end in said}
    looked = screen(
        phone.client.get(reverse(f"{app}:book", args=[key]), {**asked, **trip}, follow=True)
    )
    assert looked.status == 200, looked.text
    return phone.post(f"{app}:book", key, **asked, **{"key": _key_on(looked), **said})


def _key_on(looked: Screen) -> str:
    return looked.field("key") if 'name="key"' in looked.text else ""


def looks(phone: Phone, app: str, key: str, slot: Slot | None = None, count: int = 1) -> Screen:
    """The confirmation page."""
    asked = {"slot": str(slot.pk) if slot else "", "count": str(count)}
    return screen(phone.client.get(reverse(f"{app}:book", args=[key]), asked, follow=True))


def booking_on(shown: Screen) -> Booking:
    """The booking whose page this is."""
    found = re.search(r'data-booking="([0-9a-f]{20})"', shown.text)
    assert found, shown.text
    return Booking.objects.get(pk=found[1])


def state_on(shown: Screen) -> str:
    """Where the booking on this page stands."""
    found = re.search(r'data-state="([a-z_]+)"', shown.text)
    assert found, shown.text
    return found[1]


def does(phone: Phone, act: str, booking: Booking, **said: Any) -> Screen:
    """A customer does something to a booking."""
    return phone.post(f"{booking.app_id}:act", booking.pk, act, **said)


def allows(phone: Phone, app: str, *purposes: str) -> Screen:
    """Tick what the app may do, and nothing else."""
    return phone.post("market:allow", app, purpose=purposes)


def kinds_about(phone: Phone) -> list[str]:
    """What was recorded about somebody, oldest first."""
    found = Event.objects.filter(person_id=phone.person.pk).order_by("seq")
    return list(found.values_list("kind", flat=True))
