"""Whose evidence may be taken in and counted: what live grants say, for many people at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhima.city.consent.purposes import SCORE
from zhima.city.scoring import sql

APP = "app:"
STRIKES = "appeals"
"""Under which name strikes stand among the apps; they need no grant, they only take away."""
BY_LAW = "court-"
"""How the names of those begin who report because a law says so; the rulebook says if it counts."""

_GRANTS = "SELECT person_id, recipient, purpose, fields FROM consent_grant WHERE"
# A grant that seems to begin only later was given before the clock was set back: it holds.
_LIVE = "until > %s AND revoked_at IS NULL"
_OF_SCORING = "AND (recipient = 'score' OR recipient LIKE 'app:%%')"


@dataclass(slots=True)
class Admitted:
    """What one person lets count."""

    to_score: bool = False
    kinds: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(app, purpose) -> kinds of event."""

    def counts(self, app: str, purpose: str, kind: str) -> bool:
        """Whether the app's evidence of a kind may be used for a purpose."""
        return kind in self.kinds.get((app, purpose), ())


def needs_grant(app: str) -> bool:
    """Whether only the person's grant lets what an app reports count."""
    return app != STRIKES and not app.startswith(BY_LAW)


def admitted(people: Iterable[UUID], *, at: datetime) -> dict[UUID, Admitted]:
    """What each of the people lets count at a moment."""
    wanted = set(people)
    person_of = {sql.key(person): person for person in wanted}
    found: dict[UUID, Admitted] = defaultdict(Admitted)
    for person_id, recipient, purpose, fields in _grants(list(person_of), at):
        mine = found[person_of[person_id]]
        if recipient == SCORE:
            mine.to_score = mine.to_score or purpose == SCORE
        else:
            of = (recipient.removeprefix(APP), purpose)
            mine.kinds[of] = mine.kinds.get(of, frozenset()) | _kinds(fields)
    return {person: found[person] for person in wanted}


def _kinds(fields: Any) -> frozenset[str]:
    return _parsed(fields) if isinstance(fields, str) else frozenset(fields)


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> frozenset[str]:
    """Most people grant what the app asks for: few lists are seen often."""
    return frozenset(json.loads(text))


def everybody_scored(at: datetime) -> set[UUID]:
    """All who want a score at a moment."""
    stamp = sql.stamp(at)
    rows = sql.ask(f"{_GRANTS} recipient = 'score' AND {_LIVE}", (stamp,))
    return {sql.person(person_id) for person_id, _, purpose, _ in rows if purpose == SCORE}


def _grants(people: list[object], at: datetime) -> list[sql.Row]:
    stamp = sql.stamp(at)
    return sql.among(
        f"{_GRANTS} person_id",
        people,
        rest=f"AND {_LIVE} {_OF_SCORING}",
        values=(stamp,),
    )
