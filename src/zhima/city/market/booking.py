"""Booking: from a wish to a place that is taken, paid for, and stood behind.

A place first, then the money (docs/decisions/0078): whatever stops in between is finished or
undone by `chores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from zhima.city.clock import now
from zhima.city.market import inventory, money
from zhima.city.market.manifest import When
from zhima.city.market.models import STANDING, App, Booking, Line, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.reporting import report_moment
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, keep, move
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refused as AgreementRefused
from zhima.city.people import contacts
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


def book(app: App, wish: Wish) -> Answer:
    """Take a place, promise or pay what it costs, and stand behind it. Or nothing, and why."""
    known = Booking.objects.filter(app_id=app.pk, person=wish.person, wish_key=wish.key).first()
    if known is not None:
        same = known.offer_id == wish.offer.pk and known.state != BookingState.LAPSED
        return known if same else Refused(Refusal.KEY_REUSED)
    fault = _fault(app, wish)
    if fault is not None:
        return Refused(fault)
    taken = _take_place(app, wish)
    if isinstance(taken, Refused):
        return taken
    refused = _stand_behind(app, taken, wish) or _pay(app, taken, wish)
    if refused is not None:
        undo(taken.pk, BookingState.LAPSED)
        return refused
    return act_on(taken.pk, lambda booking: confirm(app, booking))


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
    """Free what a booking kept: its places, its goods, its deposit."""
    inventory.give_up(booking)
    for line in booking.lines.select_related("offer"):
        inventory.back_to_stock(line.offer, line.pieces - line.missing)
    if booking.obligation_id:
        key, by = f"let-go-{booking.pk}", f"person:{booking.person_id.hex}"
        answer = agreements.release(booking.obligation_id, by=by, key=key, why="never handed out")
        if isinstance(answer, AgreementRefused):
            agreements.lapse(booking.obligation_id, by=by, key=f"{key}-lapse")


def quote(
    app: App, *, person: Person, offer: Offer, until: datetime, key: str
) -> Obligation | None:
    """What would stand behind it: the door is asked once for each key; None without a deposit."""
    terms = app.manifest.terms(door=offer.door, deposit_fen=offer.deposit_fen)
    if terms is None or not offer.needs_deposit:
        return None
    answer = agreements.quote(
        person=person,
        merchant=offer.merchant,
        app=app.pk,
        title=offer.title,
        terms=terms,
        due_at=until,
        key=f"q-{key}"[:64],
    )
    assert isinstance(answer, Obligation)
    return answer


def _fault(app: App, wish: Wish) -> Refusal | None:
    rules = app.manifest.booking
    if app.state != App.State.PUBLISHED:
        return Refusal.APP_NOT_OPEN
    if not wish.offer.is_open or wish.offer.app_id != app.pk:
        return Refusal.OFFER_UNKNOWN
    if len(wish.slots) > rules.most:
        return Refusal.TOO_MANY_SLOTS
    if any(slot.offer_id != wish.offer.pk for slot in wish.slots):
        return Refusal.SLOT_UNKNOWN
    if any(STANDING < slot.starts_at <= now() for slot in wish.slots):
        return Refusal.SLOT_OVER
    if wish.partner is not None:
        tie = contacts.open_tie(person=wish.person, other=wish.partner)
        if not rules.splits or tie is None or tie.agreed_at is None:
            return Refusal.NOT_A_CONTACT
    return None


def _take_place(app: App, wish: Wish) -> Answer:
    at = now()
    price_fen = wish.price_fen
    if price_fen is None:
        price_fen = wish.offer.price_fen * max(1, len(wish.slots))
    timed = [slot for slot in wish.slots if slot.starts_at > STANDING]
    booking = Booking(
        app_id=app.pk,
        offer=wish.offer,
        person=wish.person,
        partner=wish.partner,
        state=BookingState.UNPAID,
        starts_at=timed[0].starts_at if timed else at,
        ends_at=timed[-1].ends_at if timed else wish.until,
        seat=wish.seat,
        price_fen=price_fen,
        details=dict(wish.details),
        wish_key=wish.key,
        made_at=at,
        changed_at=at,
    )
    try:
        with transaction.atomic():
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
        if "seats" in wish.offer.facts:
            coach, seat = inventory.seat_label(place)
            booking.seat = f"{coach} · {seat}"
            booking.save(update_fields=["seat"])
    # In one order for everybody, so that two baskets never wait for each other.
    for offer, pieces in sorted(wish.basket.items(), key=lambda line: line[0].pk):
        if not inventory.take_from_stock(offer, pieces):
            raise _NothingLeft(Refusal.NOT_IN_STOCK)
        Line.objects.create(booking=booking, offer=offer, pieces=pieces, price_fen=offer.price_fen)


def _stand_behind(app: App, booking: Booking, wish: Wish) -> Refused | None:
    if app.manifest.deposit is None or not wish.offer.needs_deposit:
        return None
    if wish.freeze is None:
        return Refused(Refusal.DEPOSIT_NOT_CHOSEN)
    until = booking.ends_at or wish.until
    assert until is not None, "what has a deposit has a day on which it is due back"
    quoted = quote(app, person=wish.person, offer=wish.offer, until=until, key=wish.key)
    assert quoted is not None
    if not wish.freeze and not quoted.waivable:
        return Refused(Refusal.WAIVER_NOT_GIVEN)
    started = agreements.start(quoted.pk, freeze=wish.freeze, key=f"s-{booking.pk}")
    if isinstance(started, AgreementRefused):
        return Refused(started.reason)
    Obligation.objects.filter(pk=started.pk).update(booking_id=booking.pk)
    Booking.objects.filter(pk=booking.pk).update(obligation=started)
    booking.obligation = started
    return None


def _pay(app: App, booking: Booking, wish: Wish) -> Refused | None:
    if app.manifest.booking.pays != "before" or not booking.price_fen:
        return None
    refused = money.open_order(booking)
    if refused is None:
        Booking.objects.filter(pk=booking.pk).update(order=booking.order)
        refused = money.pay_part(booking, wish.person)
    return refused
