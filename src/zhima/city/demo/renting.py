"""Neighbours who rent a car or stay at the hotel: what their scores give them is on the statement.

They let the two apps ask the door and report nothing, so the rentals say nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from zhima.city.demo.history import Moment
from zhima.city.demo.population import NEIGHBOURS
from zhima.city.ledger import requests
from zhima.city.market import allowing, booking, deposits, inventory, serving, shelf
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.outcomes import Refused
from zhima.city.market.placing import Wish
from zhima.city.people.models import Person
from zhima.city.wallet import books
from zhima.engine.kinds import ZhimaError

RENTED = (("car", "little"), ("hotel", "double"))
FIRST_DAY, LAST_DAY = 41, 4
"""How many days ago the first and the last of them set out."""


def moments(now: datetime) -> Iterator[Moment]:
    """Each neighbour has one of the two, a day or a night long."""
    for at in range(NEIGHBOURS):
        app, offer = RENTED[at % len(RENTED)]
        days_ago = FIRST_DAY - at * (FIRST_DAY - LAST_DAY) // NEIGHBOURS
        booked_at = now - timedelta(days=days_ago, hours=2, minutes=at)
        yield Moment(booked_at, partial(_book, app, offer, f"neighbour-{at:05}"))


def _book(app_id: str, key: str, username: str, at: datetime) -> None:
    """Book for tomorrow, as the door allows; it is handed out and comes back in order."""
    person = Person.objects.get(username=username)
    app, offer = _app(app_id), Offer.objects.get(app_id=app_id, key=key)
    allowing.allow(app, person, set(app.manifest.reads))
    slot = inventory.slots(offer, days=2).filter(starts_at__gt=at, free__gt=0).first()
    if slot is None or slot.ends_at is None:
        return
    wish_key = f"demo-{username}"
    quoted = deposits.quote(app, person=person, offer=offer, until=slot.ends_at, key=wish_key)
    freezes = quoted is not None and not quoted.waivable
    _bring(person, app_id, offer.price_fen + (quoted.deposit_fen if quoted and freezes else 0))
    wish = Wish(person, offer, wish_key, [slot], freeze=freezes)
    taken = booking.book(app, wish)
    if isinstance(taken, Refused):
        raise ZhimaError(f"a neighbour's {app_id} was refused: {taken.reason}")
    _use(app, taken)


def _use(app: App, taken: Booking) -> None:
    by = f"shop:{taken.offer.merchant_id.hex}"
    for answer in (
        serving.start(app, taken.pk, by=by, condition="in order"),
        serving.finish(app, taken.pk, by=by),
    ):
        if isinstance(answer, Refused):
            raise ZhimaError(f"a neighbour's rental went wrong: {answer.reason}")


def _bring(person: Person, app_id: str, amount_fen: int) -> None:
    top_up = requests.pay(
        transfer_id=f"demo:rent:{app_id}:{person.username}",
        payer=books.WORLD,
        payee=books.purse(person),
        amount_fen=amount_fen,
        memo="Top-up",
    )
    books.write(top_up)


def _app(app_id: str) -> App:
    app = shelf.find(app_id)
    if app is None:
        raise ZhimaError(f"there is no app {app_id}")
    return app
