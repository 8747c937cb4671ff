"""Everybody who is scored, in memory: the live network and what was last published of each."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime
from itertools import islice
from uuid import UUID

import numpy as np
import numpy.typing as npt

from zhima.city import clock
from zhima.city.scoring import sql, ties
from zhima.engine.kinds import POINTS_RANGE, SCORE_FLOOR
from zhima.engine.network import LiveNetwork
from zhima.engine.network.refusals import TieCapError
from zhima.engine.rulebook.model import Friends
from zhima.engine.score.live import Contact

MOVED_POINTS = 0.5
"""A contact's change that leaves the whole score is published when it adds up to so much."""
TOLERANCE_POINTS = 0.001
"""Small cities are right to a thousandth, so that two ways to one score round alike ..."""
LARGE = 20_000
TOLERANCE_WHEN_LARGE = 0.01
"""... large ones to a hundredth, which keeps a push short."""

_STANDINGS = """
    SELECT person_id, own, score, points, {} FROM scoring_standing ORDER BY person_id
"""


class Society:
    """One network; a person's place in it is an index that lives as long as this object."""

    def __init__(self, friends: Friends, *, turned_at: datetime, rulebook: str) -> None:
        """Everybody as stored, with ties as of `turned_at` and what became of them since.

        Changes of ties that the scorer has still to look at are left to it, so that whoever they
        touch learns of their cause.
        """
        rows = sql.ask(_STANDINGS.format(sql.micros("as_of")))
        self.friends, self.turned_at, self.rulebook = friends, turned_at, rulebook
        self.people = [sql.person(row[0]) for row in rows]
        self.place = {person: at for at, person in enumerate(self.people)}
        self._names = [str(person) for person in self.people]
        self.score = np.array([row[2] for row in rows], np.int64)
        self.points = np.array([row[3] for row in rows], np.float64)
        """When they were last published."""
        as_of = np.array([row[4] for row in rows], np.int64)
        earlier = np.flatnonzero(as_of < clock.microseconds(turned_at))
        ordered = earlier[np.argsort(as_of[earlier], kind="stable")]
        self._stale = dict.fromkeys(self.people[place] for place in ordered.tolist())
        """Whom nobody has looked at since the day began, the longest waiting first."""
        tied = ties.Day(self.people, begins=turned_at, friends=friends)
        self.network = LiveNetwork(
            np.array([row[1] for row in rows], np.float64),
            tied.edges,
            weight=friends.weight,
            capacity=friends.capacity,
            missing=friends.missing.value,
            tolerance_points=TOLERANCE_POINTS if len(rows) <= LARGE else TOLERANCE_WHEN_LARGE,
            tie_cap=tied.caps,
        )
        agreed = ties.open_between(tied.changed_since)
        for pair in tied.changed_since:
            self.bring(*pair, agreed.get(pair))

    def admit(self, person: UUID, own: int, *, level: int) -> None:
        """Let somebody of an identity level in, without ties."""
        place = self.network.add_person(own, tie_cap=int(self.friends.tie_caps([level])[0]))
        if place == len(self.score):
            more = max(place, 64)
            self.score = np.concatenate((self.score, np.zeros(more, np.int64)))
            self.points = np.concatenate((self.points, np.full(more, np.nan)))
        self.people.append(person)
        self._names.append(str(person))
        self.place[person] = place

    def stale(self, most: int, *, but: Collection[UUID] = ()) -> list[UUID]:
        """Some whose day is over, the longest waiting first, but for those who are looked at."""
        return list(islice((person for person in self._stale if person not in but), most))

    def is_of_today(self, person: UUID) -> None:
        """Somebody was looked at."""
        self._stale.pop(person, None)

    def dismiss(self, person: UUID) -> list[int]:
        """Let somebody go; whose published score that changes."""
        self.is_of_today(person)
        changed = self.network.remove_person(self.place.pop(person))
        return self._seen_to_move(changed.indices, changed.scores)

    def set_own(self, person: UUID, own: int) -> list[int]:
        """New own points; whose published score that changes."""
        changed = self.network.set_own(self.place[person], own)
        return self._seen_to_move(changed.indices, changed.scores)

    def bring(self, person: UUID, other: UUID, agreed_at: datetime | None) -> list[int]:
        """Bring a tie to what two agreed on, or to nothing; whose published score that changes."""
        i, j = self.place.get(person), self.place.get(other)
        if i is None or j is None:
            return []
        wanted, tied = self._strength(agreed_at), self.is_tied(i, j)
        if tied == (wanted > 0):
            return []
        try:
            changed = self.network.tie(i, j, wanted) if wanted else self.network.untie(i, j)
        except TieCapError:
            return []
        return self._seen_to_move(changed.indices, changed.scores)

    def is_tied(self, i: int, j: int) -> bool:
        """Whether two places are tied in the network."""
        return self.network.is_tied(i, j)

    def _strength(self, agreed_at: datetime | None) -> float:
        if agreed_at is None:
            return 0.0
        return ties.strength_of(agreed_at, at=self.turned_at, friends=self.friends)

    def contacts_of(self, place: int) -> tuple[list[Contact], float]:
        """Contacts as the receipt names them, and the person's points with them."""
        split = self.network.explain(place)
        names = [self._names[contact] for contact in split.contacts.tolist()]
        points, shares = split.contact_scores.tolist(), split.share.tolist()
        contacts = list(map(Contact, names, points, shares))
        return contacts, min(max(split.score, 0.0), float(POINTS_RANGE))

    def has_moved(self, place: int) -> bool:
        """Whether what was last published of a person is no longer right."""
        points = self.network.score(place)
        if math.floor(points + 0.5) + SCORE_FLOOR != self.score[place]:
            return True
        return abs(points - self.points[place]) >= MOVED_POINTS

    def note(self, place: int, *, points: float) -> None:
        """Remember what is published."""
        self.score[place] = math.floor(points + 0.5) + SCORE_FLOOR
        self.points[place] = points

    def _seen_to_move(
        self, places: npt.NDArray[np.uint32], points: npt.NDArray[np.float64]
    ) -> list[int]:
        whole = np.floor(points + 0.5).astype(np.int64) + SCORE_FLOOR
        moved = whole != self.score[places]
        moved |= np.abs(points - self.points[places]) >= MOVED_POINTS
        return [int(place) for place in places[moved]]
