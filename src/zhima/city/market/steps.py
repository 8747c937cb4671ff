"""One step of one booking: under a lock, legal or refused, told to both sides."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from zhima.city.clock import now
from zhima.city.live.signals import announce
from zhima.city.market.models import Booking
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.states import MOVES, BookingState
from zhima.city.pay.shops import keepers_of, shop_account

TOPIC = "bookings"
Answer = Booking | Refused
Work = Callable[[Booking], Refused | None]


def act_on(booking_id: str, work: Work) -> Answer:
    """Do `work` on a booking as it stands now; the row stays locked meanwhile.

    A refusal leaves the tables as they were; what moved in the ledger has ids of the booking's own.
    """
    with transaction.atomic():
        locked = Booking.objects.select_for_update(of=("self",)).filter(pk=booking_id)
        booking = locked.select_related("offer__merchant", "person", "obligation").first()
        if booking is None:
            return Refused(Refusal.BOOKING_UNKNOWN)
        refused = work(booking)
        if refused is not None:
            transaction.set_rollback(True)
        return refused or booking


def move(booking: Booking, to: BookingState) -> Refused | None:
    """Bring a booking to a state, if that is legal; both sides' pages are told."""
    if to not in MOVES[BookingState(booking.state)]:
        return Refused(Refusal.NOT_NOW)
    booking.state = to
    keep(booking)
    return None


def keep(booking: Booking) -> None:
    """Save a booking and let open pages know."""
    booking.changed_at = now()
    booking.save()
    keepers = keepers_of(shop_account(booking.offer.merchant_id))
    people = {booking.person_id, booking.partner_id, booking.served_by_id, *keepers}
    announce([person for person in people if person is not None], TOPIC)
