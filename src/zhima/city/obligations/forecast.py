"""What an agreement will do to its person's score, said before it happens, by the real engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhima.city.clock import now
from zhima.city.consent import grants
from zhima.city.disclosure import own
from zhima.city.obligations.evidence import PURPOSE
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import State


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole points of the score; what nobody would report moves nothing."""

    costs: int = 0
    """What staying unpaid would take."""
    broken_at: datetime | None = None
    """When it would."""
    gives_back: int = 0
    """What paying would give back of a broken agreement."""


def forecast(obligation: Obligation) -> Forecast | None:
    """For an agreement on which something is owed; None where paying changes no score."""
    if not obligation.owed_fen or not _is_reported(obligation):
        return None
    if obligation.state == State.BREACHED:
        gain = own.would_move(obligation.person, "obligation.repaired")
        return Forecast(gives_back=gain) if gain else None
    broken_at = _broken_at(obligation)
    if broken_at is None:
        return None
    by = own.would_move(obligation.person, "obligation.breached")
    return Forecast(costs=-by, broken_at=broken_at) if by else None


def _broken_at(obligation: Obligation) -> datetime | None:
    """The first moment at which it counts as broken if nothing is paid any more."""
    terms = obligation.terms
    wait = timedelta(days=terms.breach_after_days)
    if obligation.state == State.OVERDUE and obligation.overdue_at is not None:
        return obligation.overdue_at + wait
    first = obligation.instalments.filter(paid_at=None).order_by("due_at").first()
    return first.due_at + terms.grace + wait if first else None


def _is_reported(obligation: Obligation) -> bool:
    recipient = f"app:{obligation.app}"
    grant = grants.live(person_id=obligation.person_id, recipient=recipient, purpose=PURPOSE)
    return grant is not None and grant.is_live(now())
