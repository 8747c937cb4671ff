"""A contested breach of an agreement: the agreement waits with the case, and ends as it ends."""

from __future__ import annotations

from zhima.city.appeals.models import Case
from zhima.city.obligations import lifecycle
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refused
from zhima.city.obligations.states import State

_EVIDENCE = "obligation:"


def wait(case: Case) -> None:
    """Nothing more happens to a broken agreement until the case is decided."""
    _act(case, State.BREACHED, lifecycle.appeal, case.statements.first().text)


def strike(case: Case, why: str) -> bool:
    """The breach counts no more and what was collected goes back; whether that could be done.

    A shop that has spent the money cannot give it back by itself: the item is struck all the same.
    """
    return _act(case, State.APPEALED, lifecycle.strike, why)


def go_on(case: Case, why: str) -> None:
    """The breach stands, and the agreement goes on from there."""
    _act(case, State.APPEALED, lifecycle.reject, why)


def _act(case: Case, state: State, act: object, why: str) -> bool:
    obligation = _of(case)
    if obligation is None or obligation.state != state:
        return True
    key = f"case:{case.pk.hex}:{act.__name__}"
    answer = act(obligation.pk, by=f"person:{case.person_id}", key=key, why=why[:200] or "appeal")
    return not isinstance(answer, Refused)


def _of(case: Case) -> Obligation | None:
    if not case.subject.startswith(_EVIDENCE):
        return None
    return Obligation.objects.filter(pk=case.subject.split(":")[1]).first()
