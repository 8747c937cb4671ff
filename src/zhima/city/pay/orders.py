"""Orders: asked for by a shop, paid in the ledger, ended by payment, by the shop or by time.

The state of an order is not stored. Payment number n of an order is the ledger entry
`order:<id>:<n>`, and n is only asked for when 1 to n-1 are in the books: two payers who try at once
meet on one id, and the ledger lets one of them through (docs/decisions/0060).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from zhima.city.ledger.model import MAX_AMOUNT_FEN, Outcome
from zhima.city.pay.models import Merchant, Order
from zhima.city.pay.outcomes import Refusal, Refused
from zhima.city.pay.shops import Shop, naming, tip_asked
from zhima.city.qr.model import MerchantCode, WalletAccount
from zhima.city.qr.reading import code_text
from zhima.city.wallet.books import now_us, store

DEFAULT_LIFE_S = 15 * 60
TIP = ":tip"

_TERMS = """
    SELECT o.amount_fen, o.bill, o.seat, o.tip_hundredths, o.expires_at_us, o.closed_at_us,
        m.id, m.name_en, m.name_zh, m.tip_hundredths
    FROM pay_order o JOIN pay_merchant m ON m.id = o.merchant_id WHERE o.id = %s
"""
_PAYMENTS = """
    SELECT paid.id, paid.debit_id, paid.amount_fen, paid.meta, paid.at_us, (
        SELECT CAST(COALESCE(SUM(back.amount_fen), 0) AS bigint) FROM ledger_entries AS back
        WHERE back.refers_to = paid.id AND back.refers_to <> '')
    FROM ledger_entries AS paid WHERE paid.id >= ? AND paid.id < ? ORDER BY paid.seq
"""


class OrderState(StrEnum):
    """Where an order stands; each follows from the ledger, the clock and the shop's word."""

    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Terms(NamedTuple):
    """What a payment needs to know of an order."""

    id: str
    amount_fen: int
    bill: str
    seat: str
    tip_hundredths: int | None
    expires_at_us: int
    closed_at_us: int | None
    shop: Shop


class Payment(NamedTuple):
    """One payment of an order, or its tip, as the ledger tells it."""

    entry_id: str
    payer_account: str
    amount_fen: int
    key: str
    at_us: int
    refunded_fen: int

    @property
    def is_tip(self) -> bool:
        """Whether this went on top."""
        return self.entry_id.endswith(TIP)


def create_order(
    *,
    merchant: Merchant,
    amount_fen: int,
    bill: str,
    reference: str = "",
    life_s: int = DEFAULT_LIFE_S,
    seat: str = "",
) -> Order | Refused:
    """A new order; the same one again when the shop's reference is known with the same terms."""
    if not 0 < amount_fen <= MAX_AMOUNT_FEN:
        fault = Outcome.AMOUNT_TOO_LARGE if amount_fen > 0 else Outcome.AMOUNT_NOT_POSITIVE
        return Refused(fault)
    at_us = now_us()
    order = Order(
        merchant=merchant,
        amount_fen=amount_fen,
        bill=bill,
        reference=reference,
        seat=seat,
        tip_hundredths=merchant.tip_hundredths,
        created_at_us=at_us,
        expires_at_us=at_us + life_s * 1_000_000,
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        known = Order.objects.get(merchant=merchant, reference=reference)
        same = (known.amount_fen, known.bill, known.seat) == (amount_fen, bill, seat)
        return known if same else Refused(Refusal.REFERENCE_REUSED)
    return order


def order_code(order: Order) -> str:
    """The text of the dynamic code that is bound to an order and its amount."""
    merchant = order.merchant
    return code_text(
        MerchantCode(
            accounts=(WalletAccount(settings.OPERATOR, merchant.pk.hex),),
            **naming(merchant),
            city=merchant.city,
            category=merchant.category,
            dynamic=True,
            amount_fen=order.amount_fen,
            tip=tip_asked(order.tip_hundredths),
            bill=order.bill,
            order_id=order.pk,
        )
    )


def find_terms(order_id: str) -> Terms | None:
    """An order's terms by plain SQL; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, (order_id,))
        row = cursor.fetchone()
    if row is None:
        return None
    merchant_id, *shop = row[6:]
    return Terms(order_id, *row[:6], Shop(UUID(str(merchant_id)), *shop))


def payments_of(order_id: str) -> list[Payment]:
    """Every payment and tip of an order, in order."""
    with store().reading() as reader:
        # ";" is the character after ":", so this is everything that starts with the prefix.
        rows = reader.rows(_PAYMENTS, (f"order:{order_id}:", f"order:{order_id};"))
        return [Payment._make(row) for row in rows]


def paid_fen(payments: list[Payment]) -> int:
    """What was paid of an order, without tips; refunds do not make it due again."""
    return sum(payment.amount_fen for payment in payments if not payment.is_tip)


def state_of(order: Order, payments: list[Payment], *, at_us: int) -> OrderState:
    """Where an order stands at a time (UTC microseconds)."""
    if order.closed_at_us is not None:
        return OrderState(order.closed_as)
    if paid_fen(payments) < order.amount_fen:
        if at_us >= order.expires_at_us:
            return OrderState.EXPIRED
        return OrderState.PART_PAID if payments else OrderState.OPEN
    refunded = sum(payment.refunded_fen for payment in payments if not payment.is_tip)
    if not refunded:
        return OrderState.PAID
    return OrderState.REFUNDED if refunded >= order.amount_fen else OrderState.PART_REFUNDED
