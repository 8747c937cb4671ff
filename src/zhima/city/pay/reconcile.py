"""The end of a day: bank against ledger, orders against the clock, and what each shop took.

What can be mended is mended and told as a finding; running it again finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhima.city.ledger.model import Entry
from zhima.city.pay.bank import Bank
from zhima.city.pay.bank_moves import change_of, finish
from zhima.city.pay.clock import day_limits_us, moment
from zhima.city.pay.ending import end_order, give_back
from zhima.city.pay.models import BankMove, Merchant, Order, Settlement
from zhima.city.pay.orders import TIP, OrderState, paid_fen, payments_of
from zhima.city.pay.shops import SHOP, shop_id
from zhima.city.wallet.books import now_us, store
from zhima.engine.kinds import Finding

_AFTER_SHOPS = "shop;"
"""In order of characters the first id after all those of shops."""
_SUMS = ("payments", "gross_fen", "tips_fen", "refunds", "refunded_fen")
_ENTRIES = f"""
    SELECT {", ".join(Entry._fields)} FROM ledger_entries
    WHERE at_us >= ? AND at_us < ? AND kind IN ('transfer', 'capture', 'refund')
        AND (debit_id >= '{SHOP}' AND debit_id < '{_AFTER_SHOPS}'
            OR credit_id >= '{SHOP}' AND credit_id < '{_AFTER_SHOPS}')
"""


def reconcile(*, bank: Bank, day: date) -> list[Finding]:
    """Check and mend one day of the city's calendar; settle its shops."""
    from_us, before_us = day_limits_us(day)
    findings = [
        *_bank_findings(bank, from_us, before_us),
        *_ended_orders(from_us, before_us),
        *_expired_orders(from_us, before_us),
    ]
    settle(day)
    return findings


def settle(day: date) -> list[Settlement]:
    """What each shop took on a day, from the ledger; settling again gives the same."""
    settlements = {
        shop: Settlement(merchant_id=shop, day=day, **dict.fromkeys(_SUMS, 0))
        for shop in Merchant.objects.values_list("pk", flat=True)
    }
    with store().reading() as reader:
        for row in reader.rows(_ENTRIES, day_limits_us(day)):
            _count(Entry._make(row), settlements)
    took = [s for s in settlements.values() if s.payments or s.refunds]
    return Settlement.objects.bulk_create(
        took,
        update_conflicts=True,
        unique_fields=["merchant", "day"],
        update_fields=_SUMS,
    )


def _count(entry: Entry, settlements: dict[object, Settlement]) -> None:
    if entry.kind == "refund":
        settlement = settlements.get(shop_id(entry.debit_id))
        if settlement is not None:
            settlement.refunds += 1
            settlement.refunded_fen += entry.amount_fen
        return
    settlement = settlements.get(shop_id(entry.credit_id))
    if settlement is None:
        return
    if entry.id.endswith(TIP):
        settlement.tips_fen += entry.amount_fen
    else:
        settlement.payments += 1
        settlement.gross_fen += entry.amount_fen


def _bank_findings(bank: Bank, from_us: int, before_us: int) -> Iterator[Finding]:
    booked = {
        line.reference: line.change_fen
        for line in bank.statement(from_us=from_us, before_us=before_us)
    }
    moves = {move.pk: move for move in BankMove.objects.filter(pk__in=booked)}
    for reference, change_fen in booked.items():
        move = moves.get(reference)
        if move is None or change_of(move) != change_fen:
            yield _finding("bank", reference, change_fen, "bank_line_unknown")
        elif move.state != BankMove.State.DONE:
            stuck = finish(move, booked=True)
            reason = "bank_line_stuck" if stuck else "bank_line_finished"
            yield _finding("bank", reference, change_fen, reason)
    yield from _unbooked(booked, from_us, before_us)


def _unbooked(booked: dict[str, int], from_us: int, before_us: int) -> Iterator[Finding]:
    """Moves of the day that the bank does not know."""
    asked = BankMove.objects.filter(
        asked_at__gte=moment(from_us), asked_at__lt=moment(before_us)
    ).exclude(pk__in=booked)
    for move in asked:
        if move.state == BankMove.State.ASKED:
            finish(move, booked=False)
            yield _finding("bank", move.pk, move.amount_fen, "bank_move_given_up")
        elif move.state == BankMove.State.DONE:
            yield _finding("bank", move.pk, move.amount_fen, "bank_line_missing")


def _ended_orders(from_us: int, before_us: int) -> Iterator[Finding]:
    """Payments that came after the end of their order and were not given back."""
    for order in Order.objects.filter(closed_at_us__gte=from_us, closed_at_us__lt=before_us):
        left_fen = sum(p.amount_fen - p.refunded_fen for p in payments_of(order.pk))
        if left_fen:
            refused = give_back(order.pk)
            reason = "payment_after_end_stuck" if refused else "payment_after_end_given_back"
            yield _finding("orders", order.pk, left_fen, reason)


def _expired_orders(from_us: int, before_us: int) -> Iterator[Finding]:
    """Orders whose time passed with only a part paid: the part goes back."""
    passed = Order.objects.filter(
        closed_at_us=None, expires_at_us__gte=from_us, expires_at_us__lt=min(before_us, now_us())
    )
    for order in passed:
        part_fen = paid_fen(payments_of(order.pk))
        if 0 < part_fen < order.amount_fen:
            refused = end_order(order, closed_as=OrderState.EXPIRED)
            reason = "part_payment_stuck" if refused else "part_payment_given_back"
            yield _finding("orders", order.pk, part_fen, reason)


def _finding(source: str, record: str, value: int, reason: str) -> Finding:
    return Finding(source=source, row=None, column=record, value=str(value), reason=reason)
