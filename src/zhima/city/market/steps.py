"""One step of one booking: under a lock, legal or refused, told to both sides."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from zhima.city.api.events import queue_for
from zhima.city.clock import now
from zhima.city.live.signals import announce
from zhima.city.market.models import Booking, BookingMove
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.states import MOVES, BookingState
from zhima.city.pay.shops import keepers_of, shop_account

TOPIC = WEBHOOKS = "bookings"
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
    before, booking.state = booking.state, to
    keep(booking)
    written = BookingMove.objects.create(
        booking=booking, at=booking.changed_at, from_state=before, to_state=to
    )
    tell_software(booking, written)
    return None


def tell_software(booking: Booking, move: BookingMove) -> None:
    """What the shop's software hears, in the transaction of the move: nothing about the person."""
    body = {
        "type": f"booking.{move.to_state}",
        "timestamp": move.at.isoformat(),
        "data": {
            "booking_id": booking.pk,
            "app": booking.app_id,
            "offer": booking.offer.key,
            "from": move.from_state,
            "to": move.to_state,
            "starts_at": booking.starts_at and booking.starts_at.isoformat(),
            "ends_at": booking.ends_at and booking.ends_at.isoformat(),
            "price_fen": booking.price_fen,
            "obligation_id": booking.obligation_id or "",
        },
    }
    queue_for(booking.offer.merchant_id, source=WEBHOOKS, seq=move.seq, body=body)


def keep(booking: Booking) -> None:
    """Save a booking and let open pages know."""
    booking.changed_at = now()
    booking.save()
    keepers = keepers_of(shop_account(booking.offer.merchant_id))
    people = {booking.person_id, booking.partner_id, booking.served_by_id, *keepers}
    announce([person for person in people if person is not None], TOPIC)
