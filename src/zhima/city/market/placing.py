"""A booking's places: taken all or not at all, confirmed, and given back.

What stands behind a booking and what is paid for it is `booking`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from zhima.city.clock import now
from zhima.city.market import allowance, inventory, money, upgrading
from zhima.city.market.manifest import When
from zhima.city.market.models import STANDING, App, Booking, Line, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.reporting import report_moment
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, keep, move
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations.outcomes import Refused as AgreementRefused
from zhima.city.people.models import Person


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of an app. `key` is the caller's own: sent twice it is done once."""

    person: Person
    offer: Offer
    key: str
    slots: Sequence[Slot] = ()
    price_fen: int | None = None
    """None for the offer's price for each slot."""
    until: datetime | None = None
    """When something must be back that has no slot of its own."""
    freeze: bool | None = None
    """How to stand behind it: freeze the deposit, or have it waived; None where there is none."""
    partner: Person | None = None
    basket: Mapping[Offer, int] = field(default_factory=dict)
    seat: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    most_a_day_fen: int | None = None
    """What this app may cost the person within a day; None where she books by her own hand."""


def unplaced(app: App, wish: Wish, state: BookingState) -> Answer:
    """A booking of a wish that has taken nothing yet; the same wish is the same booking."""
    try:
        with transaction.atomic():
            booking = _written(app, wish, state)
            _keep_within(app, booking, wish.most_a_day_fen)
            booking.save(force_insert=True)
    except _NothingLeft as nothing:
        return Refused(nothing.reason)
    except IntegrityError:
        return Booking.objects.get(app_id=app.pk, person=wish.person, wish_key=wish.key)
    return booking


def _keep_within(app: App, booking: Booking, most_fen: int | None) -> None:
    if most_fen is None:
        return
    # One after the other, so that each sees what the others cost; rows that name her may come.
    Person.objects.select_for_update(no_key=True).get(pk=booking.person_id)
    if allowance.spent_fen(app, booking) + allowance.cost_fen(app, booking) > most_fen:
        raise _NothingLeft(Refusal.OVER_ALLOWANCE)


def _written(app: App, wish: Wish, state: BookingState) -> Booking:
    at = now()
    price_fen = wish.price_fen
    if price_fen is None:
        price_fen = wish.offer.price_fen * max(1, len(wish.slots))
    timed = [slot for slot in wish.slots if slot.starts_at > STANDING]
    return Booking(
        app_id=app.pk,
        offer=wish.offer,
        person=wish.person,
        partner=wish.partner,
        state=state,
        starts_at=timed[0].starts_at if timed else at,
        ends_at=timed[-1].ends_at if timed else wish.until,
        seat=wish.seat,
        price_fen=price_fen,
        details=dict(wish.details),
        wish_key=wish.key,
        made_at=at,
        changed_at=at,
    )


def take_place(app: App, wish: Wish) -> Answer:
    booking = _written(app, wish, BookingState.UNPAID)
    try:
        with transaction.atomic():
            _keep_within(app, booking, wish.most_a_day_fen)
            booking.save(force_insert=True)
            _fill(booking, wish)
    except _NothingLeft as nothing:
        return Refused(nothing.reason)
    except IntegrityError:
        return Booking.objects.get(app_id=app.pk, person=wish.person, wish_key=wish.key)
    return booking


class _NothingLeft(Exception):
    def __init__(self, reason: Refusal) -> None:
        self.reason = reason


def _fill(booking: Booking, wish: Wish) -> None:
    if wish.slots:
        place = inventory.claim(booking, wish.slots)
        if place is None:
            raise _NothingLeft(Refusal.SLOT_GONE)
        seat = inventory.seat_in(wish.offer, place)
        if seat:
            booking.seat = seat
            booking.save(update_fields=["seat"])
    # In one order for everybody, so that two baskets never wait for each other.
    for offer, pieces in sorted(wish.basket.items(), key=lambda line: line[0].pk):
        if not inventory.take_from_stock(offer, pieces):
            raise _NothingLeft(Refusal.NOT_IN_STOCK)
        Line.objects.create(booking=booking, offer=offer, pieces=pieces, price_fen=offer.price_fen)


def confirm(app: App, booking: Booking) -> Refused | None:
    """Once its price is paid, or need not be yet, it is booked; asking again changes nothing."""
    if booking.state != BookingState.UNPAID:
        return None
    if app.manifest.booking.pays == "before" and not money.is_paid(booking):
        keep(booking)
        return None
    if app.manifest.booking.accepts:
        return move(booking, BookingState.ASKED)
    refused = move(booking, BookingState.BOOKED)
    if refused is None:
        report_moment(app, booking, When.BOOKED)
        upgrading.enter_soon(booking)
    return refused


def undo(booking_id: str, to: BookingState) -> Answer:
    """Give everything back that a booking took: place, stock, money, deposit."""

    def work(booking: Booking) -> Refused | None:
        refused = money.call_off(booking) or move(booking, to)
        if refused is None:
            let_go(booking)
        return refused

    return act_on(booking_id, work)


def let_go(booking: Booking) -> None:
    """Free what a booking kept: its places, its ticket in a draw, its goods, its deposit."""
    inventory.give_up(booking)
    upgrading.leave_soon(booking)
    for line in booking.lines.select_related("offer"):
        inventory.back_to_stock(line.offer, line.pieces - line.missing)
    if booking.obligation_id:
        key, by = f"let-go-{booking.pk}", f"person:{booking.person_id.hex}"
        answer = agreements.release(booking.obligation_id, by=by, key=key, why="never handed out")
        if isinstance(answer, AgreementRefused):
            agreements.lapse(booking.obligation_id, by=by, key=f"{key}-lapse")
