"""Court lists: imported as dated evidence with source, reason and remedy, never as a bare name.

Whether a listing counts is a switch of the rulebook (`evidence.court_lists`); it is stored, shown
to the person and open to appeal either way.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from zhima.city import clock
from zhima.city.authority.models import Agency, CourtList, Listing
from zhima.city.live.signals import announce
from zhima.city.people.models import Person
from zhima.city.scoring import by_law
from zhima.city.scoring.evidence import NewEvent
from zhima.engine.kinds import Finding, ZhimaError

COLUMNS = ("person", "listed_on", "reason", "remedy", "cleared_on")
PURPOSE = "court"


class Fault(StrEnum):
    """Why a row was set aside, in the order in which it is looked at."""

    PERSON_MISSING = "person_missing"
    PERSON_UNKNOWN = "person_unknown"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    CLEARED_BEFORE_LISTED = "cleared_before_listed"
    REASON_MISSING = "reason_missing"
    REMEDY_MISSING = "remedy_missing"
    """A list that shows no way out is not imported."""
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list's rows; listed + cleared + findings make all of them."""

    court_list: CourtList
    listed: int
    cleared: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    person: Person
    listed_on: date
    reason: str
    remedy: str
    cleared_on: date | None


def import_list(*, text: str, name: str, agency: Agency, by: Person | None) -> Imported:
    """Read a CSV with the columns of COLUMNS and record what it says; a bad row is a finding.

    ZhimaError for a file without these columns, or one that was imported before.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    missing = [column for column in COLUMNS[:-1] if column not in (reader.fieldnames or ())]
    if missing:
        raise ZhimaError(
            f"{name} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}"
        )
    if CourtList.objects.filter(sha256=digest).exists():
        raise ZhimaError(f"{name} was imported before")
    with transaction.atomic():
        court_list = CourtList.objects.create(
            agency=agency, name=name, sha256=digest, imported_by=by, imported_at=clock.now()
        )
        return _record(court_list, list(enumerate(reader, start=1)))


def _record(court_list: CourtList, rows: list[tuple[int, dict[str, str]]]) -> Imported:
    findings: list[Finding] = []
    listed = cleared = 0
    for number, raw in rows:
        read = _read(raw)
        if isinstance(read, _Row) and _is_known(court_list.agency, read):
            read = (Fault.DUPLICATE, "person")
        if not isinstance(read, _Row):
            fault, column = read
            findings.append(
                Finding(court_list.name, number, column, raw.get(column) or "", fault.value)
            )
            continue
        _write(court_list, read)
        listed, cleared = listed + 1, cleared + (read.cleared_on is not None)
    return Imported(court_list, listed, cleared, tuple(findings))


def _is_known(agency: Agency, row: _Row) -> bool:
    """The same listing in an earlier list; one that is cleared now is recorded as cleared."""
    known = Listing.objects.filter(
        court_list__agency=agency, person=row.person, listed_on=row.listed_on
    ).first()
    if known is not None and known.cleared_on is None and row.cleared_on is not None:
        clear(known, on=row.cleared_on)
    return known is not None


def _write(court_list: CourtList, row: _Row) -> None:
    event_id = f"court:{court_list.pk.hex[:12]}:{row.person.pk.hex[:12]}:{row.listed_on}"
    listing = Listing.objects.create(
        court_list=court_list,
        person=row.person,
        event_id=event_id,
        listed_on=row.listed_on,
        reason=row.reason,
        remedy=row.remedy,
    )
    _report(listing, kind="court.listed", event_id=event_id, on=row.listed_on)
    if row.cleared_on is not None:
        clear(listing, on=row.cleared_on)
    announce([row.person.pk], "score")


@transaction.atomic
def clear(listing: Listing, *, on: date) -> None:
    """The court took the person off its list."""
    listing.cleared_on = on
    listing.save(update_fields=["cleared_on"])
    _report(listing, kind="court.cleared", event_id=f"{listing.event_id}:cleared", on=on)


def of_person(person: Person) -> list[Listing]:
    """What courts say of a person, newest first."""
    mine = Listing.objects.filter(Q(person=person)).select_related("court_list__agency")
    return list(mine.order_by("-listed_on"))


def _report(listing: Listing, *, kind: str, event_id: str, on: date) -> None:
    agency = listing.court_list.agency_id
    by_law.record(
        [
            NewEvent(
                event_id=event_id,
                person_id=listing.person_id,
                kind=kind,
                occurred_at=datetime.combine(on, time(), UTC),
                app=by_law.app(agency),
                purpose=PURPOSE,
                context={"agency": agency},
            )
        ]
    )


def _read(raw: dict[str, str]) -> _Row | tuple[Fault, str]:
    """The row, or what is wrong with it and in which column."""
    said = {column: (raw.get(column) or "").strip() for column in COLUMNS}
    for holds, fault, column in _checks(said):
        if not holds():
            return fault, column
    person = Person.objects.get(username__iexact=said["person"])
    cleared_on = _day(said["cleared_on"]) if said["cleared_on"] else None
    return _Row(person, _day(said["listed_on"]), said["reason"], said["remedy"], cleared_on)


def _checks(said: dict[str, str]) -> Iterator[tuple[Callable[[], bool], Fault, str]]:
    today = clock.now().date()
    listed, cleared = said["listed_on"], said["cleared_on"]
    yield lambda: bool(said["person"]), Fault.PERSON_MISSING, "person"
    yield lambda: _is_resident(said["person"]), Fault.PERSON_UNKNOWN, "person"
    yield lambda: _day(listed) is not None, Fault.DATE_UNREADABLE, "listed_on"
    yield lambda: not cleared or _day(cleared) is not None, Fault.DATE_UNREADABLE, "cleared_on"
    yield lambda: _day(listed) <= today, Fault.DATE_IN_FUTURE, "listed_on"
    yield (
        lambda: not cleared or _day(cleared) >= _day(listed),
        Fault.CLEARED_BEFORE_LISTED,
        ("cleared_on"),
    )
    yield lambda: bool(said["reason"]), Fault.REASON_MISSING, "reason"
    yield lambda: bool(said["remedy"]), Fault.REMEDY_MISSING, "remedy"


def _is_resident(username: str) -> bool:
    return Person.objects.filter(username__iexact=username).exists()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
