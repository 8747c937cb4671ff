"""Booking: from a wish to a place that is taken, paid for, and stood behind.

A place first, then the money (docs/decisions/0078): whatever stops in between is finished or
undone by `chores`.
"""

from __future__ import annotations

from zhima.city.clock import now
from zhima.city.market import contests, deposits, money
from zhima.city.market.models import STANDING, App, Booking
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.placing import Wish, confirm, take_place, undo
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on
from zhima.city.people import contacts


def book(app: App, wish: Wish) -> Answer:
    """Take a place, promise or pay what it costs, and stand behind it. Or nothing, and why."""
    known = Booking.objects.filter(app_id=app.pk, person=wish.person, wish_key=wish.key).first()
    if known is not None:
        same = known.offer_id == wish.offer.pk and known.state != BookingState.LAPSED
        return known if same else Refused(Refusal.KEY_REUSED)
    fault = _fault(app, wish)
    if fault is not None:
        return Refused(fault)
    if contests.is_contested(app, wish):
        return contests.ask(app, wish)
    taken = take_place(app, wish)
    if isinstance(taken, Refused):
        return taken
    refused = deposits.stand_behind(app, taken, freeze=wish.freeze) or _pay(app, taken, wish)
    if refused is not None:
        undo(taken.pk, BookingState.LAPSED)
        return refused
    return act_on(taken.pk, lambda booking: confirm(app, booking))


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


def _pay(app: App, booking: Booking, wish: Wish) -> Refused | None:
    if app.manifest.booking.pays != "before" or not booking.price_fen:
        return None
    refused = money.open_order(booking)
    if refused is None:
        Booking.objects.filter(pk=booking.pk).update(order=booking.order)
        refused = money.pay_part(booking, wish.person)
    return refused
