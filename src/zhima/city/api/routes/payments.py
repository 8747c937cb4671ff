"""Payments by pay code, payments of any kind, and tickets at a gate."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhima.city.api.errors import ERRORS, ErrorOut, not_found, refusal
from zhima.city.api.idempotency import Key, once
from zhima.city.api.schemas import (
    AdmissionIn,
    AdmissionOut,
    ChargeIn,
    ChargeOut,
    PaymentOut,
    RefundIn,
    RefundOut,
)
from zhima.city.pay.charging import charge
from zhima.city.pay.entries import find_entry, receipt_of
from zhima.city.pay.outcomes import Refused
from zhima.city.pay.refunds import refund_payment
from zhima.city.pay.shops import shop_account
from zhima.city.pay.tickets import admit

router = Router(tags=["payments"])
PaymentId = Annotated[str, Path(pattern="^[a-z]+:[0-9a-f]{20,40}(:[0-9]{1,3})?(:tip)?$")]


@router.post("/payments", response={201: ChargeOut, ERRORS: ErrorOut}, operation_id="charge")
def take(request: HttpRequest, charge_in: ChargeIn, idempotency_key: Key) -> HttpResponse:
    """Take an amount from the customer who shows a pay code."""
    merchant = request.auth

    def work() -> tuple[int, ChargeOut]:
        paid = charge(merchant=merchant, text=charge_in.pay_code, amount_fen=charge_in.amount_fen)
        if isinstance(paid, Refused):
            raise refusal(paid, field="pay_code")
        return 201, ChargeOut(payment_id=paid.entry_id, amount_fen=paid.amount_fen)

    return once(request, merchant, idempotency_key, work)


@router.get(
    "/payments/{payment_id}",
    response={200: PaymentOut, ERRORS: ErrorOut},
    operation_id="get_payment",
)
def query(request: HttpRequest, payment_id: PaymentId) -> PaymentOut:
    """A payment to this shop."""
    entry = find_entry(payment_id)
    if entry is None or entry.credit_id != shop_account(request.auth.pk):
        raise not_found("payment")
    receipt = receipt_of(entry)
    return PaymentOut(
        payment_id=entry.id,
        amount_fen=receipt.amount_fen,
        tip_fen=receipt.tip_fen,
        refunded_fen=receipt.refunded_fen,
        paid_at=receipt.at,
    )


@router.post(
    "/payments/{payment_id}/refunds",
    response={201: RefundOut, ERRORS: ErrorOut},
    operation_id="refund_payment",
)
def refund(
    request: HttpRequest, payment_id: PaymentId, refund: RefundIn, idempotency_key: Key
) -> HttpResponse:
    """Give back a part of a payment, or all of it."""
    merchant = request.auth

    def work() -> tuple[int, RefundOut]:
        done = refund_payment(
            merchant=merchant,
            payment_id=payment_id,
            amount_fen=refund.amount_fen,
            key=idempotency_key,
        )
        if isinstance(done, Refused):
            raise refusal(done, field="amount_fen")
        return 201, RefundOut(refund_id=done.refund_id, amount_fen=done.amount_fen)

    return once(request, merchant, idempotency_key, work)


@router.post(
    "/admissions", response={200: AdmissionOut, ERRORS: ErrorOut}, operation_id="admit_ticket"
)
def admission(request: HttpRequest, admission: AdmissionIn) -> AdmissionOut:
    """Let a ticket through the gate, once."""
    answer = admit(merchant=request.auth, text=admission.code)
    if isinstance(answer, Refused):
        raise refusal(answer, field="code")
    ticket = answer.ticket
    return AdmissionOut(ticket_id=ticket.pk, bill=ticket.order.bill, seat=ticket.order.seat)
