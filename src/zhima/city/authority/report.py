"""The yearly transparency report: how often which authority asked for what, and was told no."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from zhima.city.authority.models import Request
from zhima.city.ledger.history import no_formula

State = Request.State
COLUMNS = (
    "year", "agency", "legal_basis", "asked", "answered", "refused", "lapsed", "waiting",
    "people", "sealed", "fields",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One agency and legal basis."""

    agency: str
    legal_basis: str
    states: Counter[str] = field(default_factory=Counter)
    people: set[object] = field(default_factory=set)
    sealed: int = 0
    fields: Counter[str] = field(default_factory=Counter)

    @property
    def asked(self) -> int:
        """How many requests there were."""
        return self.states.total()

    @property
    def waiting(self) -> int:
        """Not yet decided."""
        return self.states[State.ASKED] + self.states[State.APPROVED]

    def cells(self, year: int) -> tuple[object, ...]:
        """As a line of the report. Sealed requests count here from the day they are asked."""
        given = " ".join(f"{name}:{count}" for name, count in sorted(self.fields.items()))
        states = self.states
        return (
            year, no_formula(self.agency), no_formula(self.legal_basis), self.asked,
            states[State.RELEASED], states[State.REFUSED], states[State.LAPSED], self.waiting,
            len(self.people), self.sealed, given,
        )  # fmt: skip


def rows(year: int) -> list[Row]:
    """Every agency and legal basis of a year, in order."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    asked = Request.objects.filter(asked_at__gte=start, asked_at__lt=end)
    found: dict[tuple[str, str], Row] = {}
    for request in asked.select_related("agency"):
        key = (request.agency.name, request.legal_basis)
        row = found.setdefault(key, Row(*key))
        row.states[request.state] += 1
        row.people.add(request.person_id)
        row.sealed += request.sealed_until is not None
        if request.state == State.RELEASED:
            row.fields.update(request.fields)
    return [found[key] for key in sorted(found)]


def as_csv(year: int, report: Iterable[Row]) -> str:
    """The report as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells(year) for row in report)
    return text.getvalue()
