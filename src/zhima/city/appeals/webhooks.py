"""Shops, apps and partners that read a wrong score are told by webhook, in the case's transaction.

They learn that what they read no longer holds and which of their own dealings with the person may
rest on it; never which item it was, whose case, or a score. Who wants to know more asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from zhima.city.api.events import queue_for, queue_for_partner
from zhima.city.appeals.models import Case, Notice
from zhima.city.consent.oauth import subject
from zhima.city.disclosure.readers import ReaderKind
from zhima.city.market.models import App
from zhima.city.obligations.models import Obligation

SOURCE = "appeals"
CORRECTED, WITHDRAWN = "reading.corrected", "reading.withdrawn"
"""What was read was wrong: ask again. Or: it should not have been read, forget it."""
QUOTING_TAKES = timedelta(minutes=1)
"""An agreement bears the moment at which its quote was asked for; the door answers after that."""


def tell_software(*, notice: Notice, **_: object) -> None:
    """One delivery an endpoint of the reader; people and authorities read it on their pages."""
    if notice.reader_kind == ReaderKind.PARTNER:
        known_as = subject(person_id=notice.person_id, client_id=notice.reader_id)
        body = body_of(notice, {"sub": known_as})
        queue_for_partner(notice.reader_id, source=SOURCE, seq=notice.pk, body=body)
    elif notice.reader_kind in {ReaderKind.SHOP, ReaderKind.APP}:
        for merchant_id, data in _shops(notice):
            body = body_of(notice, data)
            queue_for(merchant_id, source=SOURCE, seq=notice.pk, body=body)


def body_of(notice: Notice, data: dict[str, Any]) -> dict[str, Any]:
    """What is sent, as docs/partner-api.md describes it."""
    said = {"notice_id": notice.pk, "read_at": notice.read_at.isoformat(), **data}
    about_reading = notice.case.about == Case.About.READING
    kind = WITHDRAWN if about_reading else CORRECTED
    return {"type": kind, "timestamp": notice.told_at.isoformat(), "data": said}


def _shops(notice: Notice) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """The shops behind a reader, each with the agreements that it has with the person."""
    agreements = _agreements(notice)
    app = App.objects.filter(pk=notice.reader_id).first()
    if app is not None and app.merchant_id is not None:
        mine = agreements.pop(app.merchant_id, [])
        known_as = subject(person_id=notice.person_id, client_id=app.pk)
        yield app.merchant_id, {"sub": known_as, "obligation_ids": mine}
    for merchant_id, ids in agreements.items():
        yield merchant_id, {"obligation_ids": ids}


def _agreements(notice: Notice) -> dict[UUID, list[str]]:
    """Agreements of the person that the reader opened since it read, by shop."""
    since = notice.read_at - QUOTING_TAKES
    found = Obligation.objects.filter(person_id=notice.person_id, opened_at__gte=since)
    if notice.reader_kind == ReaderKind.APP:
        found = found.filter(app=notice.reader_id)
        by_shop: dict[UUID, list[str]] = {}
    else:
        shop = _uuid(notice.reader_id)
        if shop is None:
            return {}
        found, by_shop = found.filter(merchant_id=shop), {shop: []}
    for pk, merchant_id in found.order_by("opened_at").values_list("pk", "merchant_id"):
        by_shop.setdefault(merchant_id, []).append(pk)
    return by_shop


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
