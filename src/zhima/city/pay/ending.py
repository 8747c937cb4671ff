"""Orders that end without or after payment: closed, cancelled, expired. What was paid goes back."""

from __future__ import annotations

from django.db import connection

from zhima.city.ledger import requests
from zhima.city.pay.models import Order
from zhima.city.pay.orders import OrderState, payments_of
from zhima.city.pay.outcomes import Refusal, Refused, refusal_in
from zhima.city.pay.tickets import void_ticket
from zhima.city.wallet.books import now_us, write

_CLOSED = "SELECT closed_at_us FROM pay_order WHERE id = %s"


def end_order(order: Order, *, closed_as: OrderState) -> Refused | None:
    """End an order before its payment (`CLOSED`), or whatever was paid (`CANCELLED`, `EXPIRED`).

    What was paid goes back. A payment that arrives while this runs is given back by its payer's own
    process, which looks at the order again after paying.
    """
    if closed_as is OrderState.CLOSED and payments_of(order.pk):
        return Refused(Refusal.ORDER_PAID)
    _set_end(order, now_us(), closed_as)
    refused = give_back(order.pk)
    if refused is not None:
        _set_end(order, None, None)
    return refused


def is_ended(order_id: str) -> bool:
    """Whether the shop has ended the order, as it stands this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, (order_id,))
        return cursor.fetchone()[0] is not None


def give_back(order_id: str) -> Refused | None:
    """Refund whatever is left of an order's payments: all of it, or nothing and the reason."""
    due = [
        payment for payment in payments_of(order_id) if payment.refunded_fen < payment.amount_fen
    ]
    if not due:
        return None
    refunds = [
        requests.refund(
            transfer_id=f"back:{payment.entry_id}",
            payment_id=payment.entry_id,
            amount_fen=payment.amount_fen - payment.refunded_fen,
        )._replace(linked=payment is not due[-1])
        for payment in due
    ]
    refused = refusal_in(write(*refunds))
    if refused is None:
        void_ticket(order_id)
    return refused


def _set_end(order: Order, at_us: int | None, closed_as: OrderState | None) -> None:
    order.closed_at_us = at_us
    order.closed_as = closed_as or ""
    order.save(update_fields=["closed_at_us", "closed_as"])
