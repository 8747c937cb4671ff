"""The only way to a stored score. `zhima.city.disclosure` alone may import it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhima.city.scoring import receipts, sql
from zhima.city.scoring.imagining import Change, Imagined, imagine
from zhima.city.scoring.models import Score, Standing
from zhima.engine.kinds import Factor
from zhima.engine.score.explain import Line
from zhima.engine.score.receipt import Item

__all__ = [
    "Change",
    "Contact",
    "Imagined",
    "Moved",
    "Reading",
    "chain",
    "circle",
    "current",
    "receipt",
    "timeline",
    "what_if",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One published score. Points are on the scale of the receipt, the score on 350 to 950."""

    person_id: UUID
    seq: int
    score: int
    low: int
    high: int
    band: str
    own: int
    friends_points: float
    credit_history: float
    agreements: float
    behaviour: float
    identity: float
    connections: float
    rulebook: str
    as_of: datetime
    cause: str

    @property
    def factors(self) -> dict[Factor, float]:
        """Points a factor."""
        return {factor: getattr(self, factor) for factor in Factor}


@dataclass(frozen=True, slots=True)
class Contact:
    """What one contact gives (or takes, negative), in points of one's own score."""

    person_id: UUID
    net: float
    share: float
    """The part of the weight of friends that this contact has, 0..1."""
    points: float
    """The contact's own points with friends, 0..600: for the operator, not for the person."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One score that moved because of a cause."""

    person_id: UUID
    seq: int
    old: int | None
    new: int
    as_of: datetime

    @property
    def has_moved(self) -> bool:
        """Whether the number is another one, not its receipt alone."""
        return self.old != self.new


_FIELDS = tuple(Reading.__dataclass_fields__)


def current(person_id: UUID, *, hold: bool = False) -> Reading | None:
    """The score in force; None for somebody who has none.

    With `hold` no other score is published of her before the current transaction ends.
    """
    if hold:
        standing = Standing.objects.select_for_update().filter(person_id=person_id)
        if not standing.values_list("seq").first():
            return None
    newest = Score.objects.filter(person_id=person_id).order_by("-seq")
    row = newest.values_list(*_FIELDS).first()
    return Reading(*row) if row else None


def currents(people: list[UUID]) -> dict[UUID, int]:
    """The number of everybody among `people` who has one."""
    rows = Standing.objects.filter(person_id__in=people).values_list("person_id", "score")
    return dict(rows)


def receipt(person_id: UUID, seq: int | None = None) -> tuple[Line, ...]:
    """The lines of the score in force or of an earlier one; empty when there is none."""
    rows = Score.objects.filter(person_id=person_id)
    rows = rows.filter(seq=seq) if seq is not None else rows.order_by("-seq")
    lines = rows.values_list("lines", flat=True).first()
    return receipts.read(lines) if lines is not None else ()


def receipts_of(person_id: UUID, seqs: Collection[int]) -> dict[int, tuple[Line, ...]]:
    """The receipts of some of a person's scores, by number."""
    rows = Score.objects.filter(person_id=person_id, seq__in=seqs)
    return {seq: receipts.read(lines) for seq, lines in rows.values_list("seq", "lines")}


def timeline(person_id: UUID, since: datetime) -> list[Reading]:
    """Every score published since a moment, oldest first, and the one in force at that moment."""
    rows = Score.objects.filter(person_id=person_id)
    start = rows.filter(as_of__lte=since).order_by("-seq").values_list("seq", flat=True).first()
    found = rows.filter(seq__gte=start or 1).order_by("seq").values_list(*_FIELDS)
    return [Reading(*row) for row in found]


def circle(person_id: UUID) -> list[Contact]:
    """What every contact gives and takes by the score in force, the most giving first."""
    contacts = [
        Contact(UUID(line.source), line.points, float(line.label), float(line.value))
        for line in receipt(person_id)
        if line.item is Item.CONTACT
    ]
    return sorted(contacts, key=lambda contact: -contact.net)


def chain(cause: str) -> list[Moved]:
    """Every score that was published because of one cause, in the order of publishing."""
    rows = sql.ask(_CHAIN, (cause,))
    return [
        Moved(sql.person(person), seq, old, new, sql.moment(as_of))
        for person, seq, old, new, as_of in rows
    ]


def what_if(person_id: UUID, change: Change) -> Imagined | None:
    """What one change would do, by the engine that made the score; None without a score."""
    reading = current(person_id)
    return imagine(person_id, change, now_score=reading.score) if reading else None


_CHAIN = """
    SELECT score.person_id, score.seq, before.score, score.score, score.as_of
    FROM scoring_score AS score LEFT JOIN scoring_score AS before
        ON before.person_id = score.person_id AND before.seq = score.seq - 1
    WHERE score.cause = %s ORDER BY score.id
"""
