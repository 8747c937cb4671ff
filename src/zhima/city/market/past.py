"""The demo's journeys: a train that ran yesterday, its first class drawn, and one still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial

from django.utils import timezone

from zhima.city.demo.history import Moment
from zhima.city.demo.life import ROUND_FEN, Pocket
from zhima.city.doors import upgrades
from zhima.city.ledger import requests
from zhima.city.market import booking, inventory, serving, shelf
from zhima.city.market.models import Booking, Offer
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.placing import Wish
from zhima.city.people.models import Person
from zhima.city.wallet import books
from zhima.engine.kinds import ZhimaError

APP, RUN, LEAVES_AT = "train", "d2207", time(13, 40)
TRAVELLERS = ("ana", "bo", "chen", "li")
NEXT_TRAVELLERS = ("bo", "li")
BOOKED_BEFORE = timedelta(days=3)
LONGEST_RIDE = timedelta(hours=2)
AS_PEOPLE_DO = Pocket(low=0, top_up=ROUND_FEN)


def moments(residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
    """In their order; what the residents share is settled by then."""
    for days, names in ((-1, TRAVELLERS), (2, NEXT_TRAVELLERS)):
        day = timezone.localdate(now) + timedelta(days=days)
        leaves = datetime.combine(day, LEAVES_AT, timezone.get_default_timezone())
        for name in names:
            at = now - BOOKED_BEFORE + timedelta(minutes=days)
            yield Moment(at, partial(_book, residents[name], leaves))
        if leaves < now:
            yield Moment(leaves - timedelta(hours=1), lambda _: upgrades.draw_due() and None)
            yield Moment(leaves + LONGEST_RIDE, partial(_arrive, leaves))


def _book(person: Person, leaves: datetime, at: datetime) -> None:
    offer, app = Offer.objects.get(app_id=APP, key=RUN), shelf.find(APP)
    day = timezone.localdate(leaves)
    slot = next(each for each in inventory.slots(offer, day=day) if each.starts_at == leaves)
    key = f"demo-{day}"
    fare = requests.pay(
        transfer_id=f"demo:fare:{person.username}:{day}",
        payer=books.WORLD,
        payee=books.purse(person),
        amount_fen=AS_PEOPLE_DO.brought(has=0, pays=offer.price_fen),
        memo="Top-up",
    )
    books.write(fare)
    wish = Wish(person, offer, key, [slot])
    booked = booking.book(app, wish) if app else Refused(Refusal.APP_NOT_OPEN)
    if not isinstance(booked, Booking):
        raise ZhimaError(f"the demo's journey was refused: {booked.reason}")


def _arrive(leaves: datetime, _: datetime) -> None:
    app = shelf.find(APP)
    taken = Booking.objects.filter(app_id=APP, starts_at=leaves).select_related("offer")
    for each in taken if app else ():
        serving.finish(app, each.pk, by=f"shop:{each.offer.merchant_id.hex}")
