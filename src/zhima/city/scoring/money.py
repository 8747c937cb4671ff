"""Money as evidence: the ledger's outbox, read once, becomes events of those who consented.

The ledger may live in another database. An event's id is made of the entry's number, and the
cursor moves in the transaction that records the events: a batch that is read twice after a crash
finds its events recorded, one that was not committed is read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from zhima.city.clock import moment
from zhima.city.ledger.model import Entry
from zhima.city.ledger.outbox import Event, events_after
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import shop_id
from zhima.city.scoring import sql
from zhima.city.scoring.evidence import NewEvent, report
from zhima.city.wallet.books import WORLD, person_id, store

APP = "wallet"
PURPOSE = "payments"
AT_ONCE = 1000
INCOME = '{"as": "income.received"}'
"""The note of a transfer by which somebody is paid wages, a pension or a benefit."""
BILLERS = {"4814", "4900", "6513"}
"""ISO 18245 categories of telephone, power and water, and rent: they report bills themselves."""

_PACKET = "packet:"
_CURSOR = "SELECT value FROM scoring_cursor WHERE name = 'ledger'"
_MOVE = """
    INSERT INTO scoring_cursor (name, value) VALUES ('ledger', %s)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
    WHERE scoring_cursor.value < excluded.value
"""


def take_in() -> int:
    """Record the next entries of the ledger as evidence; how many entries there were."""
    entries = events_after(store(), seq=_seen(), limit=AT_ONCE)
    if entries:
        record(entries)
    return len(entries)


def record(outbox: Sequence[Event]) -> None:
    """Record these entries and move the cursor past them, both or neither."""
    with transaction.atomic():
        report(list(evidence_of(outbox)))
        sql.do(_MOVE, (outbox[-1].seq,))


def _seen() -> int:
    rows = sql.ask(_CURSOR)
    return int(rows[0][0]) if rows else 0


def evidence_of(outbox: Sequence[Event]) -> Iterator[NewEvent]:
    """What these entries say about people, whoever consented."""
    entries = [each.entry for each in outbox if each.entry and each.entry.kind in _MOVING]
    shops = _shops(entries)
    for entry in entries:
        for side, person, kind, other in _sides(entry, shops):
            yield NewEvent(
                event_id=f"ledger:{entry.seq}:{side}",
                person_id=person,
                kind=kind,
                occurred_at=moment(entry.at_us),
                app=APP,
                purpose=PURPOSE,
                amount_fen=entry.amount_fen,
                counterparty_id=other,
                context={"channel": "qr"} if kind == "payment.made" else {},
            )


_MOVING = ("transfer", "refund")


def _sides(entry: Entry, shops: dict[UUID, _Shop]) -> Iterator[tuple[str, UUID, str, str]]:
    payer, payee = person_id(entry.debit_id), person_id(entry.credit_id)
    if payer is not None:
        kind = _out(entry.credit_id, shops)
        if kind:
            yield "out", payer, kind, entry.credit_id
    if payee is not None:
        kind = _in(entry, shops)
        if kind:
            yield "in", payee, kind, entry.debit_id


def _out(to: str, shops: dict[UUID, _Shop]) -> str | None:
    if person_id(to):
        return "transfer.sent"
    if to == WORLD:
        return "wallet.withdrawn"
    if to.startswith(_PACKET):
        return "packet.sent"
    shop = shops.get(shop_id(to) or _NOBODY)
    if shop is None or shop.category in BILLERS:
        return None
    return "donation.made" if shop.kind == Merchant.Kind.CHARITY else "payment.made"


def _in(entry: Entry, shops: dict[UUID, _Shop]) -> str | None:
    source = entry.debit_id
    if entry.meta == INCOME:
        return "income.received"
    if source.startswith(_PACKET):
        return "packet.returned" if entry.kind == "refund" else "packet.received"
    if entry.kind == "refund":
        return "payment.refunded"
    if person_id(source):
        return "transfer.received"
    if source == WORLD:
        return "wallet.topped_up"
    return "payment.received" if shop_id(source) in shops else None


_NOBODY = UUID(int=0)


_SHOPS = "SELECT id, kind, category FROM pay_merchant WHERE id"


class _Shop(NamedTuple):
    kind: str
    category: str


def _shops(entries: Sequence[Entry]) -> dict[UUID, _Shop]:
    sides = {side for entry in entries for side in (entry.debit_id, entry.credit_id)}
    ids = [sql.key(found) for side in sides if (found := shop_id(side))]
    return {sql.person(key): _Shop(kind, said) for key, kind, said in sql.among(_SHOPS, ids)}
