"""Writing scores: new rows beside the old ones, and where everybody stands now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from zhima.city.scoring import receipts, signals, sql
from zhima.city.scoring.receipts import Printed
from zhima.engine.kinds import Factor
from zhima.engine.rulebook.model import Rulebook
from zhima.engine.score.live import Standing

MOST_PEOPLE_KEPT = 200_000
"""Of those touched lately; a kilobyte or two each."""
_FACTORS = tuple(factor.value for factor in Factor)
_SCORE = ("person_id", "seq", "score", "low", "high", "band", "own", "friends_points")
_SCORE += (*_FACTORS, "rulebook", "as_of", "cause", "lines")
_STANDING = ("person_id", "seq", "score", "own", "half_width", "points", "as_of", "rulebook")
_KNOWN = f"""
    SELECT standing.person_id, standing.seq, standing.score, standing.own, standing.half_width,
        standing.points, standing.as_of, standing.rulebook, score.lines, score.friends_points,
        {", ".join(f"score.{factor}" for factor in _FACTORS)}
    FROM scoring_standing AS standing JOIN scoring_score AS score
        ON score.person_id = standing.person_id AND score.seq = standing.seq
    WHERE standing.person_id
"""


@dataclass(slots=True)
class Known:
    """What is stored of somebody, and what a batch makes of it."""

    seq: int
    score: int | None
    own: Printed
    points: float
    as_of: object
    """When own points were last worked out, as the database keeps it."""
    rulebook: str


@dataclass(frozen=True, slots=True)
class Move:
    """A score that was published."""

    person: UUID
    old: int | None
    new: int
    cause: str


def known_of(people: Iterable[UUID]) -> dict[UUID, Known]:
    """Those of the people who have a score, with the own part of its receipt."""
    found: dict[UUID, Known] = {}
    person_of = {sql.key(person): person for person in people}
    for row in sql.among(_KNOWN, person_of):
        person_id, seq, score, own, half_width, points, as_of, rulebook, lines, *whole = row
        part = receipts.own_part(lines, points=own, half_width=half_width, whole=whole)
        found[person_of[person_id]] = Known(seq, score, part, points, as_of, rulebook)
    return found


class Memory:
    """What is stored of people touched lately: one process scores, so that it need not be read."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Known] = OrderedDict()

    def forget(self) -> None:
        """Read everything again."""
        self._known.clear()

    def distrust(self, people: Iterable[UUID]) -> None:
        """Read these again: somebody else may have changed what is stored of them."""
        for person in people:
            self._known.pop(person, None)

    def unknown(self, people: Iterable[UUID]) -> list[UUID]:
        """Those of whom nothing is remembered."""
        return [person for person in people if person not in self._known]

    def of(
        self, people: Collection[UUID], *, read: Mapping[UUID, Known | None] = MappingProxyType({})
    ) -> dict[UUID, Known]:
        """Those of the people who have a score; a batch may change what it is given.

        `read` is what was just read of those who were unknown then, None without a score.
        """
        known = {**read, **known_of(each for each in self.unknown(people) if each not in read)}
        found: dict[UUID, Known] = {}
        for person in people:
            mine = self._known.pop(person, None) or known.get(person)
            if mine is not None:
                found[person] = self._known[person] = mine
        return found

    def keep(self, known: Mapping[UUID, Known]) -> None:
        """Remember what a batch leaves, and let go of those who were not touched for longest."""
        for person, mine in known.items():
            self._known[person] = mine
        while len(self._known) > MOST_PEOPLE_KEPT:
            self._known.popitem(last=False)


class Sheet:
    """What one batch publishes, written together at its end."""

    def __init__(self, rules: Rulebook, rulebook: str, *, at: datetime) -> None:
        self._rules, self._rulebook, self._at = rules, rulebook, sql.stamp(at)
        self._rows: list[tuple[object, ...]] = []
        self._standing: dict[UUID, Known] = {}
        self.moves: list[Move] = []

    def publish(
        self, person: UUID, known: Known, own: Printed, made: Standing, *, points: float, cause: str
    ) -> None:
        """A new row of an own part and what friends make of it.

        `known` takes its number, its score and its points.
        """
        self.moves.append(Move(person, known.score, made.score, cause))
        known.seq, known.score, known.points = known.seq + 1, made.score, points
        lines, sums = receipts.whole(own, made.lines)
        self._rows.append(
            (
                sql.key(person),
                known.seq,
                made.score,
                made.low,
                made.high,
                self._rules.band(made.score).id,
                own.points,
                *sums,
                self._rulebook,
                self._at,
                cause,
                lines,
            )
        )
        self.stand(person, known)

    def stand(self, person: UUID, known: Known) -> None:
        """Note where somebody stands, without a new score."""
        self._standing[person] = known

    def write(self) -> None:
        """Into the current transaction."""
        sql.add_many("scoring_score", _SCORE, self._rows)
        standing = [_stand_row(*each) for each in self._standing.items()]
        sql.put_many("scoring_standing", _STANDING, standing)


def erase(people: Sequence[UUID]) -> None:
    """Forget the scores and evidence of people who want no score."""
    for person in people:
        # The standing first: whoever holds it still is waited for, and what she made is seen below.
        for table in ("scoring_standing", "scoring_score", "scoring_event"):
            sql.do(f"DELETE FROM {table} WHERE person_id = %s", (sql.key(person),))
    if people:
        signals.erasing.send(sender=None, people=list(people))


def _stand_row(person: UUID, known: Known) -> tuple[object, ...]:
    own = known.own
    return (
        sql.key(person),
        known.seq,
        known.score,
        own.points,
        own.half_width,
        known.points,
        known.as_of,
        known.rulebook,
    )
