"""The city's ties as the network takes them: agreed by both, of full strength after the ramp.

Every tie that both agreed to has strength 1; a young one counts in proportion to its age until
the rulebook's ramp is over. Ages are those at the beginning of the network's day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.city import clock
from zhima.city.scoring import sql
from zhima.engine.network.checks import Edges
from zhima.engine.rulebook.model import Friends

_AGREED = "agreed_at IS NOT NULL"
_AT = "AND (ended_at IS NULL OR ended_at > %s) ORDER BY agreed_at, id"
_OPEN = -1
DAY_US = 86_400 * 10**6
_WAITING = "SELECT person_id, other_id FROM scoring_due WHERE other_id IS NOT NULL"
_LEVELS = "SELECT id, CAST(identity_level AS bigint) FROM people_person"
_OF = "SELECT low_id, high_id, agreed_at FROM people_tie WHERE {}"


Pair = tuple[UUID, UUID]
Whole = npt.NDArray[np.int64]


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
    """The ties of a network's day among people who are scored; a person's place is her index."""

    def __init__(self, people: Sequence[UUID], *, begins: datetime, friends: Friends) -> None:
        places = Places(people)
        self.caps = friends.tie_caps(_levels(places))
        """The most ties of the person at each place."""
        low, high, agreed, ended = _counted(places, begins)
        started = clock.microseconds(begins)
        key = low * len(people) + high
        waiting = np.isin(key, _waiting(places))
        is_open, is_new = ended == _OPEN, agreed > started
        strength = _strengths(started - agreed, friends)
        counts = np.flatnonzero(~is_new & (strength > 0))
        # The first of each pair: a tie that was given back stands beside the one that ended.
        once = counts[np.sort(np.unique(key[counts], return_index=True)[1])]
        pairs = np.stack([low[once], high[once]], axis=1).astype(np.uint32)
        kept = _within_cap(pairs, self.caps)
        self.edges = Edges(pairs[kept, 0], pairs[kept, 1], strength[once][kept].astype(np.float32))
        """As the day began; the oldest first where somebody is at the cap."""
        changes = [(row, ended[row]) for row in np.flatnonzero(~is_open & ~waiting)]
        if not friends.ramp_days:
            # While new ties grow, one of today weighs nothing before tomorrow.
            changes += [(row, agreed[row]) for row in np.flatnonzero(is_new & is_open & ~waiting)]
        ordered = sorted((at, people[low[row]], people[high[row]]) for row, at in changes)
        self.changed_since = [(one, other) for _, one, other in ordered]
        """Pairs that agreed or ended since, in that order, but for those still to be looked at."""


class Places:
    """Where each of the people stands, for whole columns of people at once."""

    def __init__(self, people: Sequence[UUID]) -> None:
        self.count = len(people)
        self._ids = _arrow(sql.ids(people))

    def of(self, ids: sql.Ids) -> Whole:
        """The place of each id; -1 for people who are not there."""
        found = pc.index_in(_arrow(ids), value_set=self._ids)
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def _arrow(ids: sql.Ids) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(16), len(ids), [None, pa.py_buffer(ids)])


def _levels(places: Places) -> Whole:
    """The identity level of the person at each place; 0 of those the city does not know."""
    people, levels = sql.columns(_LEVELS, "pi")
    at = places.of(people)
    found = np.zeros(places.count, np.int64)
    found[at[at >= 0]] = levels[at >= 0]
    return found


def _counted(places: Places, begins: datetime) -> list[Whole]:
    """Both places and both moments of every tie that counts somewhere in the day."""
    when = f"{sql.micros('agreed_at')}, coalesce({sql.micros('ended_at')}, {_OPEN})"
    select = f"SELECT low_id, high_id, {when} FROM people_tie WHERE {_AGREED} {_AT}"
    low, high, agreed, ended = sql.columns(select, "ppii", (sql.stamp(begins),))
    i, j = places.of(low), places.of(high)
    both = (i >= 0) & (j >= 0)
    return [column[both] for column in (i, j, agreed, ended)]


def _waiting(places: Places) -> Whole:
    """Pairs whose change the scorer has still to look at, as one number each."""
    i, j = (places.of(ids) for ids in sql.columns(_WAITING, "pp"))
    both = (i >= 0) & (j >= 0)
    return i[both] * places.count + j[both]


def _strengths(age_us: Whole, friends: Friends) -> npt.NDArray[np.float64]:
    """`strength_of` for many."""
    if not friends.ramp_days:
        return np.ones(len(age_us))
    return np.clip(age_us / (friends.ramp_days * DAY_US), 0.0, 1.0)


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


def _within_cap(pairs: npt.NDArray[np.uint32], caps: Whole) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(pairs), np.bool_)
    count = np.bincount(pairs.ravel(), minlength=len(caps))
    if (count <= caps).all():
        return kept
    # Nobody else is ever at a cap, whatever becomes of ties with them.
    over = count > caps
    count[:] = 0
    for row in np.flatnonzero(over[pairs].any(axis=1)):
        i, j = pairs[row]
        kept[row] = count[i] < caps[i] and count[j] < caps[j]
        count[i] += kept[row]
        count[j] += kept[row]
    return kept
