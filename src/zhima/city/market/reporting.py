"""Evidence from apps: only what they declared, only with consent; refusals are written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhima.city.clock import now
from zhima.city.market.manifest import Report, When
from zhima.city.market.models import App, Booking, RefusedReport
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.people.models import Person
from zhima.city.scoring.evidence import NewEvent, report
from zhima.engine.events.vocabulary import KINDS

_UNREMARKABLE = frozenset({"recorded", "already_recorded", "no_consent", "not_opted_in"})
"""A person who did not agree did nothing worth writing down, nor did the app that asked."""


def report_moment(app: App, booking: Booking, when: When, **more: Any) -> str | None:
    """Report a moment of a booking under the kind the manifest gives it; None when it has none."""
    declared = app.manifest.kind_at(when)
    if declared is None:
        return None
    person = booking.served_by if when is When.DRIVEN else booking.person
    if person is None:
        return None
    context = {
        "category": app.manifest.booking.category,
        "order_id": booking.pk,
        **more,
    }
    return _report(app, person, declared, f"booking:{booking.pk}:{when}", context)


def report_rating(app: App, booking: Booking, when: When, *, person: Person, stars: int) -> None:
    """One to five stars as the vocabulary's -10 to 10."""
    declared = app.manifest.kind_at(when)
    if declared is not None:
        context = {"order_id": booking.pk, "rating": (stars - 3) * 5}
        event_id = f"booking:{booking.pk}:{when}:{person.pk.hex}"
        _report(app, person, declared, event_id, context)


def report_by_app(
    app: App,
    *,
    person: Person,
    kind: str,
    event_id: str,
    occurred_at: datetime | None = None,
    amount_fen: int | None = None,
    context: dict[str, Any],
) -> str | Refused:
    """What an app reports of its own accord: the verdict, or why not even that."""
    declared = app.manifest.declared(kind)
    if declared is None:
        return _refused(app, kind, Refusal.UNDECLARED_KIND)
    if set(context) - KINDS[kind].fields:
        return _refused(app, kind, Refusal.UNDECLARED_FIELD)
    with transaction.atomic():
        return _report(
            app,
            person,
            declared,
            f"app:{app.pk}:{event_id}",
            context,
            occurred_at=occurred_at,
            amount_fen=amount_fen,
        )


def _report(
    app: App,
    person: Person,
    declared: Report,
    event_id: str,
    context: dict[str, Any],
    *,
    occurred_at: datetime | None = None,
    amount_fen: int | None = None,
) -> str:
    fields = KINDS[declared.kind].fields
    said = {name: value for name, value in context.items() if name in fields and value is not None}
    event = NewEvent(
        event_id=event_id,
        person_id=person.pk,
        kind=declared.kind,
        occurred_at=occurred_at or now(),
        app=app.pk,
        purpose=declared.purpose,
        amount_fen=amount_fen,
        context={**said, "app": app.pk},
    )
    (verdict,) = report([event])
    if str(verdict) not in _UNREMARKABLE:
        _write_down(app, declared.kind, str(verdict))
    return str(verdict)


def _refused(app: App, kind: str, reason: Refusal) -> Refused:
    _write_down(app, kind, str(reason))
    return Refused(reason)


def _write_down(app: App, kind: str, reason: str) -> None:
    RefusedReport.objects.create(app_id=app.pk, kind=kind[:60], reason=reason, at=now())
