"""Writing scores: new rows beside the old ones, and where everybody stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhima.city.scoring import receipts, signals, sql
from zhima.engine.kinds import Factor
from zhima.engine.rulebook.model import Rulebook
from zhima.engine.score.live import Own, Standing

_SCORE = ("person_id", "seq", "score", "low", "high", "band", "own", "friends_points")
_SCORE += (*(factor.value for factor in Factor), "rulebook", "as_of", "cause", "lines")
_STANDING = ("person_id", "seq", "score", "own", "half_width", "points", "as_of", "rulebook")
_KNOWN = """
    SELECT standing.person_id, standing.seq, standing.score, standing.own, standing.half_width,
        standing.points, standing.as_of, standing.rulebook, score.lines
    FROM scoring_standing AS standing JOIN scoring_score AS score
        ON score.person_id = standing.person_id AND score.seq = standing.seq
    WHERE standing.person_id
"""


@dataclass(slots=True)
class Known:
    """What is stored of somebody, and what a batch makes of it."""

    seq: int
    score: int | None
    own: Own
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
    for row in sql.among(_KNOWN, [sql.key(person) for person in people]):
        person_id, seq, score, own, half_width, points, as_of, rulebook, lines = row
        part = receipts.own_part(lines, points=own, half_width=half_width)
        found[sql.person(person_id)] = Known(seq, score, part, points, as_of, rulebook)
    return found


class Sheet:
    """What one batch publishes, written together at its end."""

    def __init__(self, rules: Rulebook, rulebook: str, *, at: datetime) -> None:
        self._rules, self._rulebook, self._at = rules, rulebook, sql.stamp(at)
        self._rows: list[tuple[object, ...]] = []
        self._standing: dict[UUID, Known] = {}
        self.moves: list[Move] = []

    def publish(
        self, person: UUID, known: Known, made: Standing, *, own: int, points: float, cause: str
    ) -> None:
        """A new row for a person; `known` takes its number, its score and its points."""
        self.moves.append(Move(person, known.score, made.score, cause))
        known.seq, known.score, known.points = known.seq + 1, made.score, points
        factors = receipts.factor_points(made.lines)
        self._rows.append(
            (
                sql.key(person),
                known.seq,
                made.score,
                made.low,
                made.high,
                self._rules.band(made.score).id,
                own,
                receipts.friends_points(made.lines),
                *factors.values(),
                self._rulebook,
                self._at,
                cause,
                receipts.stored(made.lines),
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
    if people:
        signals.erasing.send(sender=None, people=list(people))
    for person in people:
        for table in ("scoring_score", "scoring_standing", "scoring_event"):
            sql.do(f"DELETE FROM {table} WHERE person_id = %s", (sql.key(person),))


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
