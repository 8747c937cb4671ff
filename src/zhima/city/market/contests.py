"""The nice table: an offer that several may want is given by the rulebook's rule, not to the first.

A wish takes no place. When the rule has said whose it is (`doors.places`), the winner's booking
takes the place and goes on like any other; the others end with the rule, the gap and the other way.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from zhima.city.clock import now
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import places, signals
from zhima.city.doors.models import Contest
from zhima.city.doors.models import Wish as PlaceWish
from zhima.city.market import deposits, inventory, shelf
from zhima.city.market.models import App, Booking, Slot
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.placing import Wish, confirm, let_go, unplaced
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, move
from zhima.engine.kinds import Text

AT_ONCE = 200


def is_contested(app: App, wish: Wish) -> bool:
    """Whether the rule for places gives what is wished for."""
    return app.manifest.benefits.places and wish.offer.is_contested and len(wish.slots) == 1


def ask(app: App, wish: Wish) -> Answer:
    """Wish for the place; the answer is a booking that waits, or one that the rule has decided."""
    (slot,) = wish.slots
    if not inventory.is_free(slot):
        return Refused(Refusal.SLOT_GONE)
    waiting = Booking.objects.filter(
        offer=wish.offer, person=wish.person, starts_at=slot.starts_at, state=BookingState.WISHED
    )
    booking = waiting.first() or unplaced(app, wish, BookingState.WISHED)
    if isinstance(booking, Refused):
        return booking
    if booking.place_wish_id is None:
        chosen = deposits.choice(app, booking, freeze=wish.freeze)
        if isinstance(chosen, Refused):
            booking.delete()
            return chosen
        booking.freezes = wish.freeze
        booking.place_wish = places.ask(
            operator=Reader(
                "app", app.pk, wish.offer.merchant.name_en, wish.offer.merchant.name_zh
            ),
            person=wish.person,
            slot=_name(wish, slot),
            what=_words(wish, slot),
            places=inventory.count_free(slot),
        )
        booking.save(update_fields=["place_wish", "freezes"])
    return settle(booking)


def settle(booking: Booking) -> Answer:
    """Do what the rule said: take the place, or end. Nothing as long as it has said nothing."""
    app = shelf.find(booking.app_id)
    if app is None:
        return Refused(Refusal.APP_NOT_OPEN)

    def work(fresh: Booking) -> Refused | None:
        outcome = fresh.place_wish.outcome if fresh.place_wish else PlaceWish.Outcome.WAITING
        if fresh.state != BookingState.WISHED or outcome == PlaceWish.Outcome.WAITING:
            return None
        if outcome == PlaceWish.Outcome.LOST:
            return move(fresh, BookingState.LOST)
        slot = Slot.objects.get(offer=fresh.offer, starts_at=fresh.starts_at)
        if inventory.claim(fresh, [slot]) is None:
            return move(fresh, BookingState.LOST)
        refused = move(fresh, BookingState.UNPAID)
        if refused is None and deposits.stand_behind(app, fresh, freeze=fresh.freezes):
            # The purse no longer holds what was to be frozen: the place is for others to ask for.
            let_go(fresh)
            return move(fresh, BookingState.LAPSED)
        return refused or confirm(app, fresh)

    return act_on(booking.pk, work)


def withdraw(booking: Booking) -> Refused | None:
    """Take the wish of a booking back; refused once the rule is being applied."""
    if booking.place_wish is not None and not places.withdraw(booking.place_wish):
        return Refused(Refusal.NOT_NOW)
    booking.place_wish = None
    return None


def look(booking: Booking) -> Booking:
    """A booking as it stands now: whoever looks after the time has it decided."""
    wish = booking.place_wish
    if booking.state != BookingState.WISHED or wish is None:
        return booking
    if wish.outcome == PlaceWish.Outcome.WAITING and wish.contest.closes_at <= now():
        places.decide(wish.contest)
    answer = settle(booking)
    return booking if isinstance(answer, Refused) else answer


def settle_decided() -> int:
    """Finish what a process that died left: decided wishes whose bookings still wait."""
    left = Booking.objects.filter(state=BookingState.WISHED)
    left = left.exclude(place_wish__outcome=PlaceWish.Outcome.WAITING)
    return sum(not isinstance(settle(each), Refused) for each in left[:AT_ONCE])


@receiver(signals.place_given, dispatch_uid="market")
def _given(contest: Contest, **_: Any) -> None:
    for booking in Booking.objects.filter(place_wish__contest=contest):
        settle(booking)


def _name(wish: Wish, slot: Slot) -> str:
    """The contest's name: a place that was given and given back can be contested again."""
    given = Booking.objects.filter(
        offer=wish.offer, starts_at=slot.starts_at, place_wish__outcome=PlaceWish.Outcome.WON
    )
    return f"{wish.offer.key}:{slot.pk}:{given.count()}"


def _words(wish: Wish, slot: Slot) -> Text:
    at = f"{timezone.localtime(slot.starts_at):%Y-%m-%d %H:%M}"
    return Text(f"{wish.offer.title_en}, {at}", f"{wish.offer.title_zh}，{at}")
