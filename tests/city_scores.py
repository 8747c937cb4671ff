"""People who want a score, what is said of them, and a scorer to hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from tests.city_books import resident
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.people.models import Person
from zhima.city.scoring import evidence
from zhima.city.scoring.evidence import NewEvent, Verdict
from zhima.city.scoring.lease import Tenant
from zhima.city.scoring.scorer import Scorer
from zhima.engine.events.vocabulary import KINDS

APP = "library"
PURPOSES = ("payments", "bills", "credit", "agreements", "identity", "ratings")
_numbers = count(1)


def consent(person: Person, *, app: str = APP, purposes: tuple[str, ...] = PURPOSES) -> None:
    """Let one app report everything for these purposes."""
    for purpose in purposes:
        grants.give(
            person=person,
            recipient=f"app:{app}",
            purpose=purpose,
            fields=sorted(KINDS),
            until=clock.now() + timedelta(days=300),
        )


def opt_in(person: Person) -> None:
    """Want a score."""
    grants.give(
        person=person,
        recipient="score",
        purpose="score",
        fields=["score"],
        until=clock.now() + timedelta(days=300),
    )


def scored_resident(name: str, *, fen: int = 0) -> Person:
    """Somebody who wants a score and lets the library report."""
    person = resident(name, fen=fen)
    opt_in(person)
    consent(person)
    return person


def said(
    person: Person | UUID,
    kind: str,
    *,
    days_ago: float = 0,
    at: datetime | None = None,
    amount_fen: int | None = None,
    event_id: str | None = None,
    purpose: str = "agreements",
    app: str = APP,
    **context: int | str,
) -> NewEvent:
    """One event of a person."""
    return NewEvent(
        event_id=event_id or f"said:{next(_numbers)}",
        person_id=person if isinstance(person, UUID) else person.pk,
        kind=kind,
        occurred_at=at or clock.now() - timedelta(days=days_ago),
        app=app,
        purpose=purpose,
        amount_fen=amount_fen,
        context=context,
    )


def tell(*events: NewEvent) -> list[str]:
    """Report; the ids. Fails when one is not taken."""
    verdicts = evidence.report(events)
    assert set(verdicts) <= {Verdict.RECORDED}, verdicts
    return [event.event_id for event in events]


def good_record(person: Person, *, months: int = 12) -> Iterator[NewEvent]:
    """Bills paid on time and things brought back, month after month."""
    for month in range(months):
        ago = 30 * month + 1
        yield said(
            person, "bill.paid", days_ago=ago, amount_fen=12_000, purpose="bills", days_late=0
        )
        yield said(person, "item.returned", days_ago=ago, days_late=0)
        yield said(person, "income.received", days_ago=ago, amount_fen=500_000, purpose="payments")


def new_scorer() -> Scorer:
    """A scorer that holds the lease."""
    tenant = Tenant()
    assert tenant.take()
    return Scorer(tenant)


def settle(scorer: Scorer) -> int:
    """Work until nothing is due; how many were looked at."""
    total = 0
    while done := scorer.work():
        total += done
    return total
