"""From the city to the partners' endpoints: one delivery an event and endpoint, never two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zhima.city.api.models import Cursor, Delivery, Endpoint
from zhima.city.ledger.model import Entry
from zhima.city.ledger.outbox import events_after
from zhima.city.pay.clock import moment
from zhima.city.pay.shops import shop_id
from zhima.city.wallet.books import store

READER = "webhooks"
AT_ONCE = 500
RECEIVED, REFUNDED = "payment.received", "payment.refunded"


def queue_deliveries() -> int:
    """Write a delivery for each new payment and refund of a shop that listens.

    Returns how many entries of the ledger were looked at; most concern no such shop.
    The cursor moves in the transaction that writes them: a crash repeats or loses nothing.
    """
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=READER)
        cursor = Cursor.objects.select_for_update().get(reader=READER)
        events = events_after(store(), seq=cursor.seq, limit=AT_ONCE)
        if not events:
            return 0
        entries = [event.entry for event in events if event.entry is not None]
        deliveries = [delivery for entry in entries for delivery in _deliveries(entry)]
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        cursor.seq = events[-1].seq
        cursor.save()
    return len(events)


def queue_for(merchant_id: UUID, *, source: str, seq: int, body: dict[str, Any]) -> int:
    """Tell a shop's endpoints of an event of another room, in that room's own transaction."""
    return _queue(Endpoint.objects.filter(merchant_id=merchant_id), source, seq, body)


def queue_for_partner(client_id: str, *, source: str, seq: int, body: dict[str, Any]) -> int:
    """The same for a partner that people let read."""
    return _queue(Endpoint.objects.filter(partner=client_id), source, seq, body)


def _queue(among: QuerySet[Endpoint], source: str, seq: int, body: dict[str, Any]) -> int:
    endpoints = among.filter(is_active=True)
    deliveries = [
        Delivery(endpoint=endpoint, source=source, seq=seq, body=body) for endpoint in endpoints
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def _deliveries(entry: Entry) -> list[Delivery]:
    told = _told(entry)
    if told is None:
        return []
    shop, body = told
    endpoints = Endpoint.objects.filter(merchant_id=shop, is_active=True)
    return [Delivery(endpoint=endpoint, seq=entry.seq, body=body) for endpoint in endpoints]


def _told(entry: Entry) -> tuple[object, dict[str, Any]] | None:
    """The shop that an entry concerns and what it is told; None for entries of other kinds."""
    if entry.kind in ("transfer", "capture"):
        shop, event, payment_id = shop_id(entry.credit_id), RECEIVED, entry.id
    elif entry.kind == "refund":
        shop, event, payment_id = shop_id(entry.debit_id), REFUNDED, entry.refers_to
    else:
        return None
    if shop is None:
        return None
    kind, _, rest = payment_id.partition(":")
    data = {
        "payment_id": payment_id,
        "order_id": rest.partition(":")[0] if kind == "order" else "",
        "amount_fen": entry.amount_fen,
        "memo": entry.memo,
    }
    return shop, {"type": event, "timestamp": moment(entry.at_us).isoformat(), "data": data}
