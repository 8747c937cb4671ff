"""People's evidence as the engine's histories: one query for many, what counts and nothing else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from zhima.city.clock import microseconds
from zhima.city.scoring import sql
from zhima.city.scoring.admission import Admitted
from zhima.city.scoring.evidence import STRIKES
from zhima.engine.features.history import Fact, History, history_of

_EVENTS = """
    SELECT person_id, event_id, kind, occurred_at, recorded_at, amount_fen, counterparty_id,
        context, app, purpose
    FROM scoring_event WHERE person_id
"""
_SUSPENDED = "SELECT event_id FROM scoring_suspension WHERE until IS NULL"


class Evidence:
    """All that is on file about somebody, and who reported it."""

    __slots__ = ("facts", "reporters")

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.reporters: list[tuple[str, str]] = []
        """(app, purpose) of each."""

    def imagine(self, facts: Iterable[Fact]) -> None:
        """Add what has not happened; it needs nobody's grant."""
        for fact in facts:
            self.facts.append(fact)
            self.reporters.append((STRIKES, ""))

    def history(self, admitted: Admitted, suspended: Collection[str]) -> History:
        """What counts now: granted and not contested. Strikes need no grant."""
        return history_of(
            [
                fact
                for fact, (app, purpose) in zip(self.facts, self.reporters, strict=True)
                if (app == STRIKES or admitted.counts(app, purpose, fact.kind))
                and fact.event_id not in suspended
            ]
        )


def evidence_of(people: Iterable[UUID]) -> dict[UUID, Evidence]:
    """What is on file about each of them."""
    found: dict[UUID, Evidence] = defaultdict(Evidence)
    for row in sql.among(_EVENTS, [sql.key(person) for person in people], rest="ORDER BY seq"):
        mine = found[sql.person(row[0])]
        mine.facts.append(_fact(row[1:8]))
        mine.reporters.append((row[8], row[9]))
    return found


def suspended() -> set[str]:
    """Items that are contested and left out meanwhile."""
    return {event_id for (event_id,) in sql.ask(_SUSPENDED)}


def latest_known_us(evidence: Evidence) -> int:
    """When the newest item became known; 0 without any."""
    return max((fact.known_us for fact in evidence.facts), default=0)


def _fact(row: sql.Row) -> Fact:
    event_id, kind, occurred_at, recorded_at, amount_fen, counterparty_id, context = row
    occurred_us, recorded_us = _us(occurred_at), _us(recorded_at)
    known_us = max(occurred_us, recorded_us)
    return Fact(
        event_id, kind, occurred_us, known_us, amount_fen, counterparty_id, context_of(context)
    )


def context_of(value: Any) -> dict[str, Any]:
    """The fields of an event's context, however the database gives it."""
    return json.loads(value) if isinstance(value, str) else value or {}


def _us(value: object) -> int:
    return microseconds(sql.moment(value))
