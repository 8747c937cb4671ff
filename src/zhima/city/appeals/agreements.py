"""A contested breach of an agreement: the agreement waits with the case, and ends as it ends."""

from __future__ import annotations

from zhima.city.appeals.models import Case
from zhima.city.obligations import lifecycle
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refusal, Refused
from zhima.city.obligations.states import State

_EVIDENCE = "obligation:"


def wait(case: Case) -> None:
    """Nothing more happens to a broken agreement until the case is decided."""
    _act(case, State.BREACHED, lifecycle.appeal, case.statements.first().text)


def strike(case: Case, why: str) -> None:
    """The breach counts no more and what was collected goes back, whenever it was paid."""
    for state in (State.APPEALED, State.REPAIRED):
        _act(case, state, lifecycle.strike, why)


def go_on(case: Case, why: str) -> None:
    """The breach stands, and the agreement goes on from there."""
    _act(case, State.APPEALED, lifecycle.reject, why)


def _act(case: Case, state: State, act: object, why: str) -> None:
    obligation = _of(case)
    if obligation is None or obligation.state != state:
        return
    key = f"case:{case.pk.hex}:{act.__name__}"
    answer = act(obligation.pk, by=f"person:{case.person_id}", key=key, why=why[:200] or "appeal")
    # One that moved on meanwhile, paid for example, is found where it stands by the verdict.
    if isinstance(answer, Refused) and answer.reason is not Refusal.NOT_NOW:
        raise RuntimeError(f"agreement {obligation.pk} did not follow its case: {answer.reason}")


def _of(case: Case) -> Obligation | None:
    if not case.subject.startswith(_EVIDENCE):
        return None
    return Obligation.objects.filter(pk=case.subject.split(":")[1]).first()
