"""What if: one person's score with something changed, by the engine and out of the database.

Nothing is written and the scorer is not disturbed. The part of the network around the person is
solved anew: her contacts and theirs move with her, everybody beyond stays as published. What
comes back from beyond has passed four ties and is far below a tenth of a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from zhima.city import clock
from zhima.city.scoring import histories, sql, ties
from zhima.city.scoring.admission import admitted
from zhima.city.scoring.policy import InForce, ready
from zhima.city.scoring.ties import OpenTie
from zhima.engine.features.history import Fact
from zhima.engine.kinds import ZhimaError
from zhima.engine.network import solve_held
from zhima.engine.rulebook.model import Friends
from zhima.engine.score.explain import Line
from zhima.engine.score.imagined import imagined_events
from zhima.engine.score.live import Contact, Own

REACH = 2
"""Ties away from the person up to which everybody moves."""

_STANDINGS = "SELECT person_id, own, points FROM scoring_standing WHERE person_id"


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked."""

    events: tuple[str, ...] = ()
    """Events of the person, as `bill.paid amount_fen=12000 days_late=0`."""
    leaves: tuple[UUID, ...] = ()
    """Contacts that would go."""
    joins: tuple[UUID, ...] = ()
    """People who would become contacts, with full strength."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """The score as it would be."""

    score: int
    low: int
    high: int
    difference: int
    """From the score in force."""
    lines: tuple[Line, ...]


def imagine(person: UUID, change: Change, *, now_score: int) -> Imagined:
    """The person's score with the change made; ZhimaError for a change that cannot be."""
    at = clock.now()
    in_force = ready(at)
    own = _own(person, change.events, in_force)
    friends = in_force.policy.rulebook.rules.friends
    contacts, points = _Neighbourhood(person, change, friends).solved(own.points)
    made = in_force.live.with_contacts(own, contacts, points=points)
    return Imagined(made.score, made.low, made.high, made.score - now_score, made.lines)


def _own(person: UUID, lines: Iterable[str], in_force: InForce) -> Own:
    at = clock.now()
    evidence = histories.evidence_of([person])[person]
    wanted = tuple(lines)
    if wanted:
        imagined = imagined_events(str(person), wanted, as_of=at)
        known = [
            Fact(
                row["event_id"],
                row["kind"],
                clock.microseconds(row["occurred_at"]),
                clock.microseconds(row["recorded_at"]),
                row["amount_fen"],
                row["counterparty_id"],
                histories.context_of(row["context"]),
            )
            for row in imagined.to_pylist()
        ]
        evidence.imagine(known)
    history = evidence.history(admitted([person], at=at)[person], histories.suspended())
    as_of = max(at, clock.moment(evidence.known_us + 1))
    return in_force.live.own(history, as_of=as_of)


class _Neighbourhood:
    """Everybody within reach of a person; whoever lies at its rim keeps the published points."""

    def __init__(self, person: UUID, change: Change, friends: Friends) -> None:
        self._person, self._friends = person, friends
        at = clock.now()
        inside = {person, *change.joins}
        found: dict[tuple[UUID, UUID], float] = {}
        for _ in range(REACH):
            known = ties.open_ties_of(inside)
            found |= {(t.low, t.high): _strength(t, at, friends) for t in known}
            inside |= {each for tie in known for each in (tie.low, tie.high)}
        self._change(found, change)
        self._standing = _standings(inside)
        self._ties = {
            pair: strength
            for pair, strength in found.items()
            if strength > 0 and pair[0] in self._standing and pair[1] in self._standing
        }

    def _change(self, found: dict[tuple[UUID, UUID], float], change: Change) -> None:
        for other in change.leaves:
            if found.pop(_pair(self._person, other), None) is None:
                raise ZhimaError(f"{other} is no contact: only a contact can leave")
        for other in change.joins:
            if other == self._person:
                raise ZhimaError("nobody is their own contact")
            found[_pair(self._person, other)] = 1.0

    def solved(self, own: int) -> tuple[Sequence[Contact], float]:
        """The person's contacts and points, with these own points of hers."""
        people = [self._person, *(each for each in self._standing if each != self._person)]
        place = {person: at for at, person in enumerate(people)}
        near = self._near()
        known = [(own, np.nan), *(self._standing[each] for each in people[1:])]
        base = np.array([each[0] for each in known], np.float64)
        held = np.array(
            [
                np.nan if each in near else points
                for each, (_, points) in zip(people, known, strict=True)
            ]
        )
        pairs = list(self._ties)
        edges = (
            np.array([place[low] for low, _ in pairs], np.uint32),
            np.array([place[high] for _, high in pairs], np.uint32),
            np.array([self._ties[pair] for pair in pairs]),
        )
        friends = self._friends
        points = solve_held(
            base,
            edges,
            held,
            weight=friends.weight,
            capacity=friends.capacity,
            missing=friends.missing.value,
        )
        mine = {
            self._other(pair): strength
            for pair, strength in self._ties.items()
            if self._person in pair
        }
        full = max(sum(mine.values()), friends.capacity)
        contacts = [
            Contact(str(other), float(points[place[other]]), strength / full)
            for other, strength in mine.items()
        ]
        return contacts, float(points[0])

    def _near(self) -> set[UUID]:
        """The person and her contacts, all of whose ties are known."""
        return {self._person} | {self._other(pair) for pair in self._ties if self._person in pair}

    def _other(self, pair: tuple[UUID, UUID]) -> UUID:
        return pair[1] if pair[0] == self._person else pair[0]


def _standings(people: Iterable[UUID]) -> dict[UUID, tuple[int, float]]:
    rows = sql.among(_STANDINGS, [sql.key(person) for person in people])
    return {sql.person(person): (own, points) for person, own, points in rows}


def _strength(tie: OpenTie, at: object, friends: Friends) -> float:
    return ties.strength_of(tie.agreed_at, at=at, friends=friends)  # type: ignore[arg-type]


def _pair(person: UUID, other: UUID) -> tuple[UUID, UUID]:
    low, high = sorted((person, other))
    return low, high
