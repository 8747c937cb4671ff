"""What there is to read about a person's score, for this room alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.disclosure.readers import Refusal, Refused
from zhima.city.people.models import Person
from zhima.city.scoring import policy, readings
from zhima.engine.doors import Decision, decide
from zhima.engine.doors.decide import Standing
from zhima.engine.kinds import Factor


def current(person: Person) -> Any:
    """The score in force; Refused when the person has none, or wants none."""
    score = readings.current(person.pk) if grants.opted_in(person_id=person.pk) else None
    if score is None:
        raise Refused(Refusal.NO_SCORE)
    return score


def fields_of(person: Person, fields: tuple[str, ...]) -> dict[str, Any]:
    """The named fields of the score in force, and no others."""
    score = current(person)
    return {field: _FIELDS[field](score) for field in fields}


def decision_on(person: Person, door_id: str) -> Decision:
    """What the rulebook in force says about a person at a door."""
    score = current(person)
    rulebook = policy.in_force(clock.now()).rulebook
    if door_id not in {door.id for door in rulebook.rules.doors}:
        raise Refused(Refusal.UNKNOWN_DOOR)
    decided = decide(rulebook, door_id=door_id, standing=standing(score))
    return by_hand(person, decided)


ByHand = Callable[[Person, Decision], Decision]
"""Puts what operators decided in the place of what the rulebook says; most often it says the same.
"""


def decide_by_hand_with(by_hand: ByHand) -> None:
    """Let a room above have the last word on doors; called once, when the city starts."""
    global _by_hand
    _by_hand = by_hand


def by_hand(person: Person, decided: Decision) -> Decision:
    """A decision after whatever two operators agreed on."""
    return _by_hand(person, decided)


_by_hand: ByHand = lambda _, decided: decided  # noqa: E731


def standing(score: Any) -> Standing:
    """A stored score as a door looks at it."""
    return Standing(score=score.score, low=score.low, high=score.high)


_FIELDS = {
    "score": lambda score: score.score,
    "band": lambda score: score.band,
    "interval": lambda score: [score.low, score.high],
    "factors": lambda score: {factor.value: getattr(score, factor) for factor in Factor},
}
