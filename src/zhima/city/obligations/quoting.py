"""What the door says to a deposit: waived, or to be frozen, with the reason and the other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhima.city.disclosure import reading
from zhima.city.disclosure.reading import Reader
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.engine.doors import Decision
from zhima.engine.rulebook.model import Outcome


@dataclass(frozen=True, slots=True)
class Offered:
    """What the person may choose from; a frozen deposit is always possible."""

    waived: bool
    deposit_fen: int
    told: dict[str, Any]
    """Outcome, rule, reason and other way; never a score by itself."""


def ask_the_door(*, person: Person, merchant: Merchant, app: str, terms: Terms) -> Offered:
    """Ask whether the deposit is waived; without a door, a grant or a score it is not.

    Not to be called inside a transaction: the register of readings must keep the question.
    """
    if not terms.door:
        return _to_be_frozen(terms, {"outcome": "no_door"})
    reader = Reader("app", app, merchant.name)
    try:
        decision = reading.ask_door(reader=reader, person=person, door_id=terms.door)
    except reading.Refused as refused:
        return _to_be_frozen(terms, {"outcome": str(refused.reason)})
    return _offered(decision, terms)


def _to_be_frozen(terms: Terms, told: dict[str, Any]) -> Offered:
    return Offered(False, terms.deposit_fen, told)


def _offered(decision: Decision, terms: Terms) -> Offered:
    other_way = decision.other_way
    told = {
        "outcome": str(decision.outcome),
        "rule": decision.rule,
        "gap": decision.gap,
        "reason": {"en": decision.reason.en, "zh": decision.reason.zh},
        "other_way": {"en": other_way.en, "zh": other_way.zh} if other_way else None,
    }
    waived = decision.outcome is Outcome.OPEN
    asked_fen = terms.deposit_fen if waived else decision.deposit_fen or terms.deposit_fen
    return Offered(waived, asked_fen, told)
