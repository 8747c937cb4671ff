"""A booking's price: one order of the shop, paid whole or in two halves, refunded as agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhima.city.clock import now_us
from zhima.city.ledger.model import Entry
from zhima.city.market.models import Booking
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.pay.clock import moment
from zhima.city.pay.ending import end_order
from zhima.city.pay.models import Order
from zhima.city.pay.orders import (
    OrderState,
    create_order,
    find_terms,
    paid_fen,
    payments_of,
    state_of,
)
from zhima.city.pay.outcomes import Paid
from zhima.city.pay.outcomes import Refused as NotPaid
from zhima.city.pay.paying import OrderShare, pay_order
from zhima.city.pay.refunds import refund_order
from zhima.city.people.models import Person
from zhima.city.wallet.books import open_purse

PAY_WITHIN_S = 30 * 60
DEBT_LIFE_S = 30 * 24 * 3600


def memos(entries: Iterable[Entry]) -> dict[str, str]:
    """What bookings are of, in the reader's language, by the ids of their entries."""
    ordered = {
        e.id: e.id.split(":")[1] for e in entries if e.id.startswith("order:") and e.memo != "tip"
    }
    booked = Booking.objects.filter(order__in=set(ordered.values())).select_related("offer")
    titles = {each.order_id: each.offer.title for each in booked}
    return {entry_id: titles[pk] for entry_id, pk in ordered.items() if pk in titles}


def open_order(booking: Booking, *, life_s: int = PAY_WITHIN_S) -> Refused | None:
    """Make the order of a booking, once; a price of nothing needs none."""
    if not booking.price_fen or booking.order_id:
        return None
    made = create_order(
        merchant=booking.offer.merchant,
        amount_fen=booking.price_fen,
        bill=booking.offer.title_en[:25],
        reference=f"booking-{booking.pk}",
        life_s=life_s,
        seat=booking.seat,
    )
    if isinstance(made, NotPaid):
        return Refused(made.reason)
    booking.order = made
    return None


def pay_part(booking: Booking, payer: Person) -> Refused | None:
    """Pay one's part: half of it when the price is shared, otherwise all that is left."""
    if booking.order_id is None:
        return Refused(Refusal.PRICE_UNSAID)
    terms = find_terms(booking.order_id)
    if terms is None:
        return Refused(Refusal.PRICE_UNSAID)
    amount_fen = _half(booking, payer) if booking.partner_id else None
    key = f"booking-{booking.pk[:12]}-{payer.pk.hex[:12]}"
    answer = pay_order(OrderShare(terms, open_purse(payer), amount_fen, 0, key))
    if isinstance(answer, Paid):
        return Refused(Refusal.PAID_BEFORE) if answer.replayed else None
    return Refused(answer.reason)


@dataclass(frozen=True, slots=True)
class Part:
    """What one of two pays of a price."""

    payer: Person
    amount_fen: int
    is_paid: bool
    until: datetime | None
    """By when it must be; None where nothing has been asked yet."""


def parts(booking: Booking) -> list[Part]:
    """Both parts of a shared price, the one of whoever booked first; nothing where it is not."""
    if booking.partner is None or not booking.price_fen:
        return []
    order = booking.order
    paid = {payment.payer_account for payment in payments_of(order.pk)} if order else set()
    until = moment(order.expires_at_us) if order else None
    return [
        Part(payer, _half(booking, payer), open_purse(payer) in paid, until)
        for payer in (booking.person, booking.partner)
    ]


def has_paid(booking: Booking, payer: Person) -> bool:
    """Whether one of those who share the price has paid their part."""
    return any(part.is_paid for part in parts(booking) if part.payer.pk == payer.pk)


def is_paid(booking: Booking) -> bool:
    """Whether the ledger has all of the price."""
    if not booking.price_fen:
        return True
    return booking.order_id is not None and (
        paid_fen(payments_of(booking.order_id)) >= booking.price_fen
    )


def reseat(booking: Booking) -> None:
    """Its ticket names the seat that it has now."""
    if booking.order_id is not None:
        Order.objects.filter(pk=booking.order_id).update(seat=booking.seat)


def has_lapsed(order: Order) -> bool:
    """Whether an order can no longer be paid and is not."""
    return state_of(order, payments_of(order.pk), at_us=now_us()) in (
        OrderState.EXPIRED,
        OrderState.CLOSED,
        OrderState.CANCELLED,
    )


def call_off(booking: Booking) -> Refused | None:
    """End an order that is not paid whole; whoever has paid a part has it back."""
    if booking.order is None or booking.order.closed_at_us is not None:
        return None
    refused = end_order(booking.order, closed_as=OrderState.CANCELLED)
    return Refused(refused.reason) if isinstance(refused, NotPaid) else None


def give_back(booking: Booking, amount_fen: int, *, key: str) -> Refused | None:
    """Refund a part of what was paid, or all; once for each key."""
    if amount_fen <= 0 or booking.order_id is None:
        return None
    if booking.refunded_fen + amount_fen > booking.price_fen:
        return Refused(Refusal.OVER_PRICE)
    answer = refund_order(
        merchant=booking.offer.merchant,
        order_id=booking.order_id,
        amount_fen=amount_fen,
        key=key,
    )
    if isinstance(answer, NotPaid):
        return Refused(answer.reason)
    if not answer.replayed:
        booking.refunded_fen += amount_fen
    return None


def _half(booking: Booking, payer: Person) -> int:
    """The one who booked pays the odd fen."""
    smaller, odd = divmod(booking.price_fen, 2)
    return smaller + odd if payer.pk == booking.person_id else smaller
