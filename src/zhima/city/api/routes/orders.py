"""Orders and their refunds."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from zhima.city.api.errors import ERRORS, ErrorOut, not_found, refusal
from zhima.city.api.idempotency import Key, once
from zhima.city.api.schemas import (
    OrderIn,
    OrderList,
    OrderOut,
    PaymentOut,
    RefundIn,
    RefundOut,
)
from zhima.city.pay.clock import moment
from zhima.city.pay.ending import end_order
from zhima.city.pay.models import Merchant, Order
from zhima.city.pay.orders import (
    TIP,
    OrderState,
    create_order,
    order_code,
    paid_fen,
    payments_of,
    state_of,
)
from zhima.city.pay.outcomes import Refused
from zhima.city.pay.refunds import refund_order
from zhima.city.wallet.books import now_us

router = Router(tags=["orders"])
PAGE = 20
OrderId = Annotated[str, Path(pattern="^[0-9a-f]{20}$")]


@router.post("", response={201: OrderOut, ERRORS: ErrorOut}, operation_id="create_order")
def create(request: HttpRequest, order: OrderIn) -> Status[OrderOut]:
    """Make an order. The same reference with the same terms gives the same order again."""
    made = create_order(
        merchant=request.auth,
        amount_fen=order.amount_fen,
        bill=order.bill,
        reference=order.reference,
        life_s=order.life_seconds,
        seat=order.seat,
    )
    if isinstance(made, Refused):
        raise refusal(made, field="reference")
    return Status(201, order_out(made))


@router.get("", response={200: OrderList, ERRORS: ErrorOut}, operation_id="list_orders")
def listing(
    request: HttpRequest, before: Annotated[str, Query(pattern="^[0-9]{0,16}$")] = ""
) -> OrderList:
    """A page of orders, the newest first."""
    found = Order.objects.filter(merchant=request.auth).order_by("-created_at_us")
    if before:
        found = found.filter(created_at_us__lt=int(before))
    orders = list(found.select_related("merchant")[:PAGE])
    more = str(orders[-1].created_at_us) if len(orders) == PAGE else ""
    return OrderList(orders=[order_out(order) for order in orders], next_before=more)


@router.get("/{order_id}", response={200: OrderOut, ERRORS: ErrorOut}, operation_id="get_order")
def query(request: HttpRequest, order_id: OrderId) -> OrderOut:
    """An order and where it stands."""
    return order_out(_own(request.auth, order_id))


@router.post(
    "/{order_id}/close", response={200: OrderOut, ERRORS: ErrorOut}, operation_id="close_order"
)
def close(request: HttpRequest, order_id: OrderId) -> OrderOut:
    """Give up an order that nobody has paid."""
    return _end(request.auth, order_id, OrderState.CLOSED)


@router.post(
    "/{order_id}/cancel", response={200: OrderOut, ERRORS: ErrorOut}, operation_id="cancel_order"
)
def cancel(request: HttpRequest, order_id: OrderId) -> OrderOut:
    """Undo an order: what was paid goes back."""
    return _end(request.auth, order_id, OrderState.CANCELLED)


@router.post(
    "/{order_id}/refunds", response={201: RefundOut, ERRORS: ErrorOut}, operation_id="refund_order"
)
def refund(
    request: HttpRequest, order_id: OrderId, refund: RefundIn, idempotency_key: Key
) -> HttpResponse:
    """Give back a part of an order, or all of it."""
    merchant = request.auth

    def work() -> tuple[int, RefundOut]:
        _own(merchant, order_id)
        done = refund_order(
            merchant=merchant,
            order_id=order_id,
            amount_fen=refund.amount_fen,
            key=idempotency_key,
        )
        if isinstance(done, Refused):
            raise refusal(done, field="amount_fen")
        return 201, RefundOut(refund_id=done.refund_id, amount_fen=done.amount_fen)

    return once(request, merchant, idempotency_key, work)


def order_out(order: Order) -> OrderOut:
    """An order as partners see it."""
    payments = payments_of(order.pk)
    tips = {payment.entry_id: payment.amount_fen for payment in payments if payment.is_tip}
    return OrderOut(
        order_id=order.pk,
        reference=order.reference,
        bill=order.bill,
        seat=order.seat,
        amount_fen=order.amount_fen,
        paid_fen=paid_fen(payments),
        refunded_fen=sum(p.refunded_fen for p in payments if not p.is_tip),
        state=state_of(order, payments, at_us=now_us()),
        code=order_code(order),
        created_at=moment(order.created_at_us),
        expires_at=moment(order.expires_at_us),
        payments=[
            PaymentOut(
                payment_id=payment.entry_id,
                amount_fen=payment.amount_fen,
                tip_fen=tips.get(f"{payment.entry_id}{TIP}", 0),
                refunded_fen=payment.refunded_fen,
                paid_at=moment(payment.at_us),
            )
            for payment in payments
            if not payment.is_tip
        ],
    )


def _own(merchant: Merchant, order_id: str) -> Order:
    found = Order.objects.select_related("merchant").filter(pk=order_id, merchant=merchant).first()
    if found is None:
        raise not_found("order")
    return found


def _end(merchant: Merchant, order_id: str, closed_as: OrderState) -> OrderOut:
    """End an order; one that has ended stays as it is."""
    order = _own(merchant, order_id)
    if order.closed_at_us is None:
        refused = end_order(order, closed_as=closed_as)
        if refused is not None:
            raise refusal(refused)
    return order_out(order)
