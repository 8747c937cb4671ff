"""What scores gave, in money and by band: the yearly statement, and the inequality it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils import timezone

from zhima.city.disclosure import reading
from zhima.city.disclosure.reading import Basis, Reader, Refused
from zhima.city.doors.models import Received
from zhima.city.people.models import Person
from zhima.engine.kinds import Text

LEAST_TO_SHOW = 3
"""A band with fewer people than this in it is not shown: it would speak of persons."""
GAINS = (Received.Kind.DEPOSIT_WAIVED, Received.Kind.UPGRADE)
"""What money can measure: a deposit that stayed in the purse, an upgrade that had a price."""


@dataclass(frozen=True, slots=True)
class BandYear:
    """What people of one band received in a year."""

    band: str
    people: int
    waived_fen: int
    upgrades_fen: int
    asked_fen: int

    @property
    def shown(self) -> bool:
        """Whether enough people are in it."""
        return self.people >= LEAST_TO_SHOW

    @property
    def each_fen(self) -> int:
        """What one person received, on the average."""
        return (self.waived_fen + self.upgrades_fen) // self.people if self.people else 0


def band_for_statement(person: Person, *, reference: str) -> str | None:
    """The band under which the statement counts somebody; the look is in her feed. None without.

    Not to be called inside a transaction: the register of readings must keep the look.
    """
    try:
        said = reading.score_of(
            reader=Reader("operator", "statement", "Yearly statement"),
            person=person,
            purpose="profile",
            fields=("band",),
            basis=Basis(rule="yearly statement", reference=reference),
        )
    except Refused:
        return None
    return str(said["band"])


def note(
    *,
    person: Person,
    kind: Received.Kind,
    what: Text,
    band: str,
    reference: str,
    at: datetime,
    worth_fen: int = 0,
) -> None:
    """Write down what was given; the same reference a second time changes nothing."""
    Received.objects.get_or_create(
        reference=reference,
        defaults={
            "person": person,
            "kind": kind,
            "what": what.en[:160],
            "what_zh": what.zh[:160],
            "worth_fen": worth_fen,
            "band": band,
            "at": at,
        },
    )


def of_person(person: Person, year: int) -> list[Received]:
    """One person's statement of a year, newest first."""
    return list(Received.objects.filter(_in(year), person=person).order_by("-at"))


def worth_fen(received: Iterable[Received]) -> int:
    """What of it money can measure."""
    return sum(each.worth_fen for each in received if each.kind in GAINS)


def by_band(year: int, bands: Iterable[str]) -> list[BandYear]:
    """The year of the whole city, in the order of `bands`."""
    kinds = Received.Kind
    rows = (
        Received.objects.filter(_in(year))
        .values("band")
        .annotate(
            people=Count("person", distinct=True),
            waived=Sum("worth_fen", filter=Q(kind=kinds.DEPOSIT_WAIVED), default=0),
            upgrades=Sum("worth_fen", filter=Q(kind=kinds.UPGRADE), default=0),
            asked=Sum("worth_fen", filter=Q(kind=kinds.DEPOSIT_ASKED), default=0),
        )
    )
    found = {row["band"]: row for row in rows}
    return [_band_year(band, found.get(band)) for band in bands]


def _band_year(band: str, row: dict[str, int] | None) -> BandYear:
    if row is None:
        return BandYear(band, 0, 0, 0, 0)
    return BandYear(band, row["people"], row["waived"], row["upgrades"], row["asked"])


def _in(year: int) -> Q:
    zone = timezone.get_current_timezone()
    return Q(
        at__gte=datetime(year, 1, 1, tzinfo=zone), at__lt=datetime(year + 1, 1, 1, tzinfo=zone)
    )
