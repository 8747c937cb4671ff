"""Everything that is derived, worked out again from what is kept: evidence, ties and grants.

`differences` finds whatever the scorer's work does not follow from; `rebuild` has it done again,
as new rows: no stored score is edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from zhima.city import clock
from zhima.city.scoring import histories, publishing, receipts, sql
from zhima.city.scoring.admission import admitted, everybody_scored
from zhima.city.scoring.models import Score, Standing
from zhima.city.scoring.policy import InForce, ready
from zhima.city.scoring.scorer import REBUILD, turned_at
from zhima.city.scoring.society import Society
from zhima.engine.kinds import SCORE_FLOOR, ZhimaError
from zhima.engine.score.explain import score_of

PEOPLE_AT_ONCE = 500
HALF = 0.5 + 1e-6
"""A score is its points, rounded."""


class What(StrEnum):
    """What can differ."""

    MISSING = "missing"
    """Somebody wants a score and has none."""
    UNWANTED = "unwanted"
    """Somebody has one and wants none."""
    UNKNOWN_STANDING = "unknown_standing"
    """The standing is not that of the newest score."""
    RECEIPT = "receipt"
    """The lines do not add up to the score beside them."""
    OWN = "own"
    """Own points do not follow from the evidence."""
    SCORE = "score"
    """The whole score does not follow from own points and contacts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it would be made again."""

    person_id: UUID
    what: What
    stored: int | None
    rebuilt: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check went."""

    people: int
    waiting: int
    """Looks still to be had; while there are any, differences may be what they will mend."""
    differences: tuple[Difference, ...]


def check() -> Checked:
    """Compare everything stored with what would be made again, at one moment of the database."""
    # Inside of somebody's transaction its first query has fixed the moment already.
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first and connection.vendor == "postgresql":
            sql.do("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        waiting = sql.ask("SELECT count(*) FROM scoring_due")[0][0]
        people = Standing.objects.count()
        return Checked(people, waiting, tuple(_differences()))


def rebuild() -> int:
    """Have everybody who differs looked at again; how many. Lost standings are restored first."""
    with transaction.atomic():
        _restore_standings()
        people = {difference.person_id for difference in _differences()}
        rows = [(sql.key(person), REBUILD) for person in sorted(people)]
        sql.do_many("INSERT INTO scoring_due (person_id, cause) VALUES (%s, %s)", rows)
    return len(people)


def _differences() -> Iterator[Difference]:
    at = clock.now()
    wanted = everybody_scored(at)
    standing = {row.person_id: row for row in Standing.objects.all().iterator()}
    for person in sorted(wanted - standing.keys()):
        yield Difference(person, What.MISSING, None, None)
    for person in sorted(standing.keys() - wanted):
        yield Difference(person, What.UNWANTED, standing[person].score, None)
    known = iter([row for person, row in standing.items() if person in wanted])
    in_force = ready(at)
    while part := list(islice(known, PEOPLE_AT_ONCE)):
        yield from _of_stored(part)
        yield from _of_own(part, in_force)
    yield from _of_scores(in_force, standing)


def _of_stored(part: list[Standing]) -> Iterator[Difference]:
    newest = _newest([row.person_id for row in part])
    for row in part:
        seq, score, own, lines = newest.get(row.person_id, (0, None, None, None))
        if (seq, score) != (row.seq, row.score):
            yield Difference(row.person_id, What.UNKNOWN_STANDING, row.score, score)
        elif (summed := _sum(lines)) != score or own is None:
            yield Difference(row.person_id, What.RECEIPT, score, summed)
        elif abs(row.points + SCORE_FLOOR - row.score) > HALF:
            made = round(row.points) + SCORE_FLOOR
            yield Difference(row.person_id, What.UNKNOWN_STANDING, row.score, made)


def _newest(people: list[UUID]) -> dict[UUID, tuple[int, int, int, object]]:
    rows = sql.among(
        "SELECT score.person_id, score.seq, score.score, score.own, score.lines "
        "FROM scoring_score AS score WHERE score.person_id",
        [sql.key(person) for person in people],
        rest="AND score.seq = (SELECT max(other.seq) FROM scoring_score AS other "
        "WHERE other.person_id = score.person_id)",
    )
    return {sql.person(row[0]): (row[1], row[2], row[3], row[4]) for row in rows}


def _sum(lines: object) -> int | None:
    try:
        return score_of(receipts.read(lines))
    except (ZhimaError, ValueError, TypeError):
        return None


def _of_own(part: list[Standing], in_force: InForce) -> Iterator[Difference]:
    evidence = histories.evidence_of(row.person_id for row in part)
    suspended, turned = histories.suspended(), _turned_under(in_force)
    printed = publishing.known_of(row.person_id for row in part)
    for row in part:
        if row.rulebook != in_force.name:
            # The scorer has still to come to it, unless its day has begun under these rules.
            if turned is not None and row.as_of >= turned:
                yield Difference(row.person_id, What.UNKNOWN_STANDING, row.score, None)
            continue
        grants = admitted([row.person_id], at=row.as_of)[row.person_id]
        mine = evidence.get(row.person_id) or histories.Evidence()
        own = in_force.live.own(mine.history(grants, suspended), as_of=row.as_of)
        # What the scorer would not publish anew for is no difference.
        stored = printed.get(row.person_id)
        if stored is None or not receipts.looks_the_same(stored.own, own):
            yield Difference(row.person_id, What.OWN, row.own, own.points)


def _turned_under(in_force: InForce) -> datetime | None:
    """When the network's day began, if it began under the rules in force."""
    begins = turned_at()
    known = begins is not None and ready(begins).name == in_force.name
    return begins if known else None


def _of_scores(in_force: InForce, standing: dict[UUID, Standing]) -> Iterator[Difference]:
    begins: datetime | None = turned_at()
    if begins is None:
        return
    friends = in_force.policy.rulebook.rules.friends
    society = Society(friends, turned_at=begins, rulebook=in_force.name)
    points = society.network.scores()
    # Both sides of a half are right for a score that lies on it to within what is certified.
    room = 2 * society.network.error_bound()
    for place, person in enumerate(society.people):
        stored = standing[person].score
        ends = {int(np.floor(points[place] + shift + 0.5)) for shift in (-room, room)}
        if stored - SCORE_FLOOR not in ends:
            made = int(np.floor(points[place] + 0.5)) + SCORE_FLOOR
            yield Difference(person, What.SCORE, stored, made)


def _restore_standings() -> None:
    """A standing for everybody whose newest score has none, to be looked at again."""
    lost = Score.objects.exclude(person_id__in=Standing.objects.values("person_id"))
    newest: dict[UUID, Score] = {}
    for score in lost.order_by("seq").iterator():
        newest[score.person_id] = score
    Standing.objects.bulk_create(
        Standing(
            person_id=person,
            seq=score.seq,
            score=score.score,
            own=score.own,
            half_width=score.high - score.score,
            points=float(score.score - SCORE_FLOOR),
            as_of=score.as_of,
            rulebook=score.rulebook,
        )
        for person, score in newest.items()
    )
