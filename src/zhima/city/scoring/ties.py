"""The city's ties as the network takes them: agreed by both, of full strength after the ramp.

Every tie that both agreed to has strength 1; a young one counts in proportion to its age until
the rulebook's ramp is over. Ages are those at the beginning of the network's day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from zhima.city.scoring import sql
from zhima.engine.network.checks import Edges
from zhima.engine.rulebook.model import Friends

_AGREED = "agreed_at IS NOT NULL"
_COUNTED = f"SELECT low_id, high_id, agreed_at, ended_at FROM people_tie WHERE {_AGREED}"
_AT = f"{_COUNTED} AND (ended_at IS NULL OR ended_at > %s) ORDER BY agreed_at, id"
_WAITING = "SELECT person_id, other_id FROM scoring_due WHERE other_id IS NOT NULL"
_LEVELS = "SELECT id, identity_level FROM people_person"
_OF = "SELECT low_id, high_id, agreed_at FROM people_tie WHERE {}"


Pair = tuple[UUID, UUID]


class OpenTie(NamedTuple):
    """Two people who agreed."""

    low: UUID
    high: UUID
    agreed_at: datetime


def strength_of(agreed_at: datetime, *, at: datetime, friends: Friends) -> float:
    """Strength at a moment, 0..1; 0 does not count yet."""
    if not friends.ramp_days:
        return 1.0
    age = max(at - agreed_at, timedelta())
    return min(1.0, age / timedelta(days=friends.ramp_days))


class Day:
    """The ties of a network's day among people who are scored."""

    def __init__(self, place: Mapping[UUID, int], *, begins: datetime, friends: Friends) -> None:
        level = {sql.person(person): known for person, known in sql.ask(_LEVELS)}
        self.caps = friends.tie_caps([level.get(person, 0) for person in place])
        """The most ties of the person at each place."""
        waiting = {(sql.person(low), sql.person(high)) for low, high in sql.ask(_WAITING)}
        ends: dict[tuple[int, int], None] = {}
        """In order, and each once: a tie that was given back stands beside the one that ended."""
        strengths: list[float] = []
        changes: list[tuple[datetime, UUID, UUID]] = []
        for low, high, agreed, ended in sql.ask(_AT, (sql.stamp(begins),)):
            pair, agreed_at = (sql.person(low), sql.person(high)), sql.moment(agreed)
            if pair[0] not in place or pair[1] not in place:
                continue
            if ended is not None and pair not in waiting:
                changes.append((sql.moment(ended), *pair))
            if agreed_at > begins:
                # While new ties grow, one of today weighs nothing before tomorrow.
                if ended is None and not friends.ramp_days and pair not in waiting:
                    changes.append((agreed_at, *pair))
                continue
            strength = strength_of(agreed_at, at=begins, friends=friends)
            both = place[pair[0]], place[pair[1]]
            if strength > 0 and both not in ends:
                ends[both] = None
                strengths.append(strength)
        pairs = np.array(list(ends), np.uint32).reshape(-1, 2)
        kept = _within_cap(pairs, self.caps)
        self.edges = Edges(pairs[kept, 0], pairs[kept, 1], np.array(strengths, np.float32)[kept])
        """As the day began; the oldest first where somebody is at the cap."""
        self.changed_since = [(low, high) for _, low, high in sorted(changes)]
        """Pairs that agreed or ended since, in that order, but for those still to be looked at."""


def open_ties_of(people: Iterable[UUID]) -> list[OpenTie]:
    """Every open tie of any of them, the oldest first."""
    wanted = [sql.key(person) for person in people]
    rows = {
        row
        for side in ("low_id", "high_id")
        for row in sql.among(_OF.format(side), wanted, rest=f"AND {_AGREED} AND ended_at IS NULL")
    }
    found = [OpenTie(sql.person(a), sql.person(b), sql.moment(at)) for a, b, at in rows]
    return sorted(found, key=lambda tie: (tie.agreed_at, tie.low, tie.high))


def open_between(pairs: Collection[Pair]) -> dict[Pair, datetime]:
    """Since when those of the pairs are tied that both agreed and neither ended; as they stand."""
    ordered = {tuple(sorted(pair)): pair for pair in pairs}
    lows = {sql.key(low) for low, _ in ordered}
    rows = sql.among(_OF.format("low_id"), lows, rest=f"AND {_AGREED} AND ended_at IS NULL")
    found = {(sql.person(low), sql.person(high)): agreed for low, high, agreed in rows}
    return {pair: sql.moment(found[ends]) for ends, pair in ordered.items() if ends in found}


def levels_of(people: Iterable[UUID]) -> dict[UUID, int]:
    """Their identity levels."""
    rows = sql.among(f"{_LEVELS} WHERE id", [sql.key(person) for person in people])
    return {sql.person(person): level for person, level in rows}


def _within_cap(
    pairs: npt.NDArray[np.uint32], caps: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(pairs), np.bool_)
    count = np.bincount(pairs.ravel(), minlength=len(caps))
    if (count <= caps).all():
        return kept
    count[:] = 0
    for row, (i, j) in enumerate(pairs):
        kept[row] = count[i] < caps[i] and count[j] < caps[j]
        count[i] += kept[row]
        count[j] += kept[row]
    return kept
