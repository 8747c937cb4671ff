"""A deposit, waived by the score or asked: each operator's own threshold, from the rulebook.

The rulebook's deposit is the most that may be asked, an operator's smaller one stands. So what may
be taken from somebody never grows with the score (docs/decisions/0097).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhima.city.disclosure import reading
from zhima.city.disclosure.reading import Reader, Refusal, Refused
from zhima.city.doors.asking import rulebook
from zhima.city.people.models import Person
from zhima.engine.doors import Decision
from zhima.engine.kinds import Text
from zhima.engine.rulebook import Door, Outcome

NO_DOOR = "no_door"
"""No score could waive it: the operator has no door, or the rulebook in force does not know it."""
OPEN_TO_ALL = "open"
_NOT_LOOKED_AT = {
    NO_DOOR: Text(
        "Everybody leaves this deposit; no score is looked at.", "人人都需支付此押金，不查看分数。"
    ),
    OPEN_TO_ALL: Text(
        "Everybody has this without a deposit; no score is looked at.",
        "人人免押金，不查看分数。",
    ),
    Refusal.NO_SCORE: Text(
        "You have no score, so nothing is waived.", "您没有分数，因此无法免押金。"
    ),
    Refusal.TOO_OFTEN: Text(
        "Your score was asked for too often today, so it was not looked at.",
        "今日查询次数过多，因此未查看您的分数。",
    ),
}
_NOT_ALLOWED = Text(
    "Your score was not looked at, so the deposit is asked.", "未查看您的分数，因此需支付押金。"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """What an operator may ask of one person, and what the person is told."""

    outcome: str
    """What the door said, or why it was not asked about her."""
    waived: bool
    deposit_fen: int
    """To be frozen; where it is waived, the most that may be collected afterwards."""
    rule: str
    """Empty where there is none but the operator's own word."""
    gap: int | None
    """Points to the next better level; None when no score was looked at."""
    free_from: int | None
    """The score from which on nothing is asked; None where no score waives it."""
    reason: Text
    other_way: Text | None

    def kept(self) -> dict[str, Any]:
        """As it is stored with the agreement, for the person alone."""
        return {
            "outcome": self.outcome,
            "rule": self.rule,
            "gap": self.gap,
            "free_from": self.free_from,
            "reason": _both(self.reason),
            "other_way": _both(self.other_way) if self.other_way else None,
        }


def deposit(*, operator: Reader, person: Person, door_id: str, amount_fen: int) -> Quote:
    """The deposit for one agreement; `amount_fen` is what the operator asks without any score.

    The door is asked only when a score could change its answer. Without consent or score the
    deposit of the lowest level is asked, and nothing else is held against anybody. Not to be called
    inside a transaction: the register of readings must keep the question.
    """
    rules = rulebook().rules
    door = next((door for door in rules.doors if door.id == door_id), None)
    if door is None:
        return _unasked(None, NO_DOOR, amount_fen)
    if door.levels[0].outcome is Outcome.OPEN:
        return _unasked(door, OPEN_TO_ALL, amount_fen)
    try:
        decision = reading.ask_door(reader=operator, person=person, door_id=door_id)
    except Refused as refused:
        return _unasked(door, str(refused.reason), amount_fen)
    return decided(door, decision, amount_fen)


def decided(door: Door, decision: Decision, amount_fen: int) -> Quote:
    """What a decision comes to when the operator asks `amount_fen` of strangers."""
    waived = decision.outcome is Outcome.OPEN
    # Who passes without a deposit stands behind it with no more than the level below had frozen.
    most_fen = _asked_below(door, decision.score) if waived else decision.deposit_fen
    return Quote(
        outcome=str(decision.outcome),
        waived=waived,
        deposit_fen=min(amount_fen, most_fen or amount_fen),
        rule=decision.rule,
        gap=decision.gap,
        free_from=_free_from(door),
        reason=decision.reason,
        other_way=decision.other_way,
    )


def _unasked(door: Door | None, why: str, amount_fen: int) -> Quote:
    reason = _NOT_LOOKED_AT.get(why, _NOT_ALLOWED)
    if door is None:
        return Quote(why, False, amount_fen, "", None, None, reason, None)
    lowest = door.levels[0]
    return Quote(
        outcome=why,
        waived=why == OPEN_TO_ALL,
        deposit_fen=min(amount_fen, lowest.deposit_fen or amount_fen),
        rule=f"{rulebook().name} {door.id} from {lowest.start}",
        gap=None,
        free_from=_free_from(door),
        reason=reason,
        other_way=Text(door.other_way.en, door.other_way.zh),
    )


def _free_from(door: Door) -> int | None:
    return next((level.start for level in door.levels if level.outcome is Outcome.OPEN), None)


def _asked_below(door: Door, score: int) -> int | None:
    asking = [level for level in door.levels if level.start <= score and level.deposit_fen]
    return asking[-1].deposit_fen if asking else None


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
