"""Scores for tests of the rooms that read them: what the scorer would have published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from zhima.city import clock
from zhima.city.badges import issuing
from zhima.city.consent import grants
from zhima.city.credential import tokens
from zhima.city.people.models import Person
from zhima.city.scoring import policy, readings
from zhima.engine.rulebook import load

RULEBOOK = load("open", as_of=date(2026, 11, 1))


@dataclass(frozen=True)
class Published:
    """A score as the readings give it."""

    score: int
    low: int
    high: int
    band: str
    credit_history: int = 90
    agreements: int = 80
    behaviour: int = 40
    identity: int = 30
    connections: int = 20


def opt_in(person: Person, days: int = 300) -> None:
    """Let a person want a score."""
    grants.give(
        person=person,
        recipient="score",
        purpose="score",
        fields=["score"],
        until=clock.now() + timedelta(days=days),
    )


@contextmanager
def published() -> Iterator[dict[UUID, Published]]:
    """Scores by person, instead of what the scorer stored; fill the dictionary."""
    scores: dict[UUID, Published] = {}
    in_force = SimpleNamespace(rulebook=RULEBOOK)
    with (
        patch.object(readings, "current", lambda person_id, **_: scores.get(person_id)),
        patch.object(policy, "in_force", lambda at: in_force),
    ):
        yield scores


def a_badge(person: Person, at_least: int) -> None:
    """Let a person get one badge."""
    issuing.issue(
        person=person,
        at_least=at_least,
        days=7,
        holders=[tokens.public(tokens.new_key())],
        issuer="https://city.example",
        status_uri="https://city.example/badge/statuses/",
    )


def a_score(number: int, width: int = 0) -> Published:
    """A score under the open rulebook."""
    band = next(b for b in reversed(RULEBOOK.rules.bands) if b.start <= number)
    return Published(number, max(350, number - width), min(950, number + width), band.id)
