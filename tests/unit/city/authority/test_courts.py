"""Court lists: dated evidence with a reason and a way out; a switch says whether it counts."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.city_books import resident
from tests.city_scores import good_record, new_scorer, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.appeals import subjects
from zhima.city.authority import courts
from zhima.city.authority.courts import Fault
from zhima.city.authority.models import Agency, Listing
from zhima.city.scoring import evidence, readings
from zhima.city.scoring.models import Event, RulebookInForce
from zhima.engine.kinds import ZhimaError

pytestmark = pytest.mark.usefixtures("city")
HEADER = "person,listed_on,reason,remedy,cleared_on"


@pytest.fixture
def court() -> Agency:
    return Agency.objects.create(pk="river-court", name="River court", contact="court@example.org")


def imported(court: Agency, *rows: str, name: str = "list.csv") -> courts.Imported:
    text = "\n".join([HEADER, *rows]) + "\n"
    return courts.import_list(text=text, name=name, agency=court, by=None)


def under(rulebook: str) -> None:
    RulebookInForce.objects.create(
        name=rulebook,
        state=RulebookInForce.State.IN_FORCE,
        drafted_at=clock.now(),
        since=clock.now(),
    )


@pytest.mark.parametrize(("rulebook", "falls"), [("open", False), ("zhima-2018", True)])
def test_the_rulebook_says_whether_a_listing_counts(court, rulebook: str, falls: bool) -> None:
    chen = scored_resident("Chen")
    under(rulebook)
    tell(*good_record(chen))
    scorer = new_scorer()
    settle(scorer)
    before = readings.current(chen.pk).score
    done = imported(court, "chen,2026-05-01,A rent unpaid,Pay the rent,")
    settle(scorer)
    assert (done.listed, done.cleared, done.findings) == (1, 0, ())
    assert (readings.current(chen.pk).score < before) is falls
    (listing,) = courts.of_person(chen)
    evidence.strike(subjects.item(chen, listing.event_id).subject, reason="cut")
    settle(scorer)
    assert readings.current(chen.pk).score == before


def test_nobody_needs_to_have_consented_and_the_person_is_shown(court) -> None:
    mei = resident("Mei")
    imported(court, "Mei,2026-05-01,A rent unpaid,Pay the rent,2026-06-01")
    assert [e.kind for e in Event.objects.order_by("seq")] == ["court.listed", "court.cleared"]
    (listing,) = courts.of_person(mei)
    assert (listing.reason, listing.remedy) == ("A rent unpaid", "Pay the rent")
    assert str(listing.cleared_on) == "2026-06-01"


def test_bad_rows_are_kept_aside_with_their_reason(court) -> None:
    for name in ("ana", "bo"):
        resident(name)
    rows = {
        ",2026-05-01,r,w,": Fault.PERSON_MISSING,
        "nobody,2026-05-01,r,w,": Fault.PERSON_UNKNOWN,
        "ana,yesterday,r,w,": Fault.DATE_UNREADABLE,
        "ana,2999-01-01,r,w,": Fault.DATE_IN_FUTURE,
        "ana,2026-05-01,r,w,2026-04-01": Fault.CLEARED_BEFORE_LISTED,
        "ana,2026-05-01,,w,": Fault.REASON_MISSING,
        "ana,2026-05-01,r,,": Fault.REMEDY_MISSING,
        "bo,2026-05-01,r,w,": None,
        "Bo,2026-05-01,again,w,": Fault.DUPLICATE,
    }
    done = imported(court, *rows)
    found = {finding.row: finding.reason for finding in done.findings}
    expected = {row: fault for row, fault in enumerate(rows.values(), start=1) if fault}
    assert found == expected
    assert set(expected.values()) == set(Fault)
    assert done.listed + len(done.findings) == len(rows)


def test_a_later_list_clears_an_earlier_listing(court) -> None:
    resident("Ana")
    imported(court, "ana,2026-05-01,r,w,")
    imported(court, "ana,2026-05-01,r,w,2026-07-01", name="later.csv")
    assert str(Listing.objects.get().cleared_on) == "2026-07-01"


def test_a_list_is_imported_once_and_needs_its_columns(court) -> None:
    resident("Ana")
    imported(court, "ana,2026-05-01,r,w,")
    with pytest.raises(ZhimaError, match="before"):
        imported(court, "ana,2026-05-01,r,w,", name="copy.csv")
    with pytest.raises(ZhimaError, match="remedy"):
        courts.import_list(text="person,listed_on,reason\n", name="x", agency=court, by=None)


def test_the_command_says_what_became_of_each_row(court, tmp_path) -> None:
    resident("Ana")
    path = tmp_path / "list.csv"
    path.write_text(f"\ufeff{HEADER}\nana,2026-05-01,r,w,\nnobody,2026-05-01,r,w,\n")
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_court_list", str(path), agency="river-court", stdout=said)
    assert ended.value.code == 3
    assert "listed 1, cleared 0" in said.getvalue()
    assert "row 2 person: person_unknown" in said.getvalue()
    with pytest.raises(CommandError, match="no agency"):
        call_command("import_court_list", str(path), agency="moon")
