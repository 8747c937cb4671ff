"""Giving back a payment or an order, whole or in parts; the parts never exceed what was paid."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.city.ledger import requests
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.pay.entries import find_entry
from zhima.city.pay.models import Merchant
from zhima.city.pay.orders import Payment, payments_of
from zhima.city.pay.outcomes import Refusal, Refused, refusal_in
from zhima.city.pay.secret_keys import entry_id
from zhima.city.pay.shops import shop_account
from zhima.city.pay.tickets import void_ticket
from zhima.city.wallet.books import store, write

_PARTS = "SELECT id, amount_fen FROM ledger_entries WHERE id >= ? AND id < ?"


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money went back, now or, when `replayed`, at an earlier request with the same key."""

    refund_id: str
    amount_fen: int
    replayed: bool = False


def refund_payment(
    *, merchant: Merchant, payment_id: str, amount_fen: int, key: str
) -> Refunded | Refused:
    """Give back a part of one payment to its payer. `key` is the shop's own for this wish."""
    payment = find_entry(payment_id)
    if payment is None or payment.credit_id != shop_account(merchant.pk):
        return Refused(Refusal.PAYMENT_UNKNOWN)
    refund = requests.refund(
        transfer_id=entry_id("refund", merchant.pk.hex, key),
        payment_id=payment_id,
        amount_fen=amount_fen,
    )
    outcomes = write(refund)
    replayed = outcomes == [Outcome.ALREADY_PAID]
    return refusal_in(outcomes) or Refunded(refund.id, amount_fen, replayed)


def refund_order(
    *, merchant: Merchant, order_id: str, amount_fen: int, key: str
) -> Refunded | Refused:
    """Give back a part of an order, the last payer first. Its ticket is void once all is back."""
    if amount_fen <= 0:
        return Refused(Outcome.AMOUNT_NOT_POSITIVE)
    identity = entry_id("refund", merchant.pk.hex, order_id, key)
    before_fen = _refunded_under(identity)
    if before_fen:
        if before_fen != amount_fen:
            return Refused(Outcome.ID_REUSED_WITH_OTHER_AMOUNT)
        return Refunded(identity, amount_fen, replayed=True)
    payments = [payment for payment in payments_of(order_id) if not payment.is_tip]
    if not payments:
        return Refused(Refusal.PAYMENT_UNKNOWN)
    left_fen = sum(payment.amount_fen - payment.refunded_fen for payment in payments)
    if amount_fen > left_fen:
        return Refused(Outcome.REFUND_OVER_PAID)
    refused = refusal_in(write(*_parts(payments, amount_fen, identity)))
    if refused is None and amount_fen == left_fen:
        void_ticket(order_id)
    return refused or Refunded(identity, amount_fen)


def _parts(payments: list[Payment], amount_fen: int, identity: str) -> list[Transfer]:
    """A chain of refunds that together give back `amount_fen`."""
    parts: list[Transfer] = []
    for payment in reversed(payments):
        part_fen = min(amount_fen, payment.amount_fen - payment.refunded_fen)
        if part_fen:
            part_id = f"{identity}:{len(parts) + 1}"
            refund = requests.refund(
                transfer_id=part_id, payment_id=payment.entry_id, amount_fen=part_fen
            )
            parts.append(refund._replace(linked=part_fen < amount_fen))
        amount_fen -= part_fen
    return parts


def _refunded_under(identity: str) -> int:
    with store().reading() as reader:
        rows = reader.rows(_PARTS, (f"{identity}:", f"{identity};"))
        return sum(amount_fen for _, amount_fen in rows)
