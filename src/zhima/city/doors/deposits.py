"""A deposit, waived by the score or asked: each operator's own threshold, from the rulebook."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.city.disclosure import reading
from zhima.city.disclosure.reading import Reader, Refusal, Refused
from zhima.city.doors.asking import rulebook
from zhima.city.people.models import Person
from zhima.engine.doors import Decision
from zhima.engine.kinds import Text
from zhima.engine.rulebook import Door, Outcome

NOT_LOOKED_AT = Text(
    "Your score was not looked at, so the deposit is asked.", "未查看您的分数，因此需支付押金。"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """What an operator may ask of one person, and what the person is told."""

    outcome: Outcome
    deposit_fen: int
    """0 where it is waived."""
    rule: str
    gap: int
    reason: Text
    other_way: Text | None
    decision: Decision | None
    """None when no score was looked at."""


def deposit(*, operator: Reader, person: Person, door_id: str, amount_fen: int) -> Quote:
    """The deposit for one agreement; `amount_fen` is what the operator asks without any score.

    The rulebook's deposit is the most that may be asked: an operator's smaller one stands. Without
    consent or score the operator's own amount is asked and nothing is held against anybody. Raises
    Refused for a door that the rulebook does not have.
    """
    try:
        decision = reading.ask_door(reader=operator, person=person, door_id=door_id)
    except Refused as refused:
        if refused.reason is Refusal.UNKNOWN_DOOR:
            raise
        return _without_score(rulebook().rules.door(door_id), amount_fen)
    return _quoted(decision, amount_fen)


def _quoted(decision: Decision, amount_fen: int) -> Quote:
    asked = min(amount_fen, decision.deposit_fen or amount_fen)
    return Quote(
        outcome=decision.outcome,
        deposit_fen=0 if decision.outcome is Outcome.OPEN else asked,
        rule=decision.rule,
        gap=decision.gap,
        reason=decision.reason,
        other_way=decision.other_way,
        decision=decision,
    )


def _without_score(door: Door, amount_fen: int) -> Quote:
    lowest = door.levels[0]
    return Quote(
        outcome=lowest.outcome,
        deposit_fen=0
        if lowest.outcome is Outcome.OPEN
        else min(amount_fen, lowest.deposit_fen or amount_fen),
        rule=f"{rulebook().name} {door.id} from {lowest.start}",
        gap=0,
        reason=NOT_LOOKED_AT,
        other_way=Text(door.other_way.en, door.other_way.zh),
        decision=None,
    )
