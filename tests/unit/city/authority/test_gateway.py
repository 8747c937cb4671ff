"""Authorities: asked with a basis, approved by two, given the fields in scope, and seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.city_books import resident
from tests.city_scores import good_record, new_scorer, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.authority import gateway, report
from zhima.city.authority.gateway import Question
from zhima.city.authority.models import Agency, Request
from zhima.city.authority.refusals import SENTENCES, GatewayRefused, Refusal
from zhima.city.disclosure import feed
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def chen() -> Person:
    person = scored_resident("Chen")
    tell(*good_record(person, months=3))
    settle(new_scorer())
    return person


@pytest.fixture
def desk() -> list[Person]:
    people = [resident(name) for name in ("Enter", "First", "Second")]
    for person in people:
        gateway.OFFICE.appoint(person)
    Agency.objects.create(pk="river-court", name="River court", contact="court@example.org")
    return [Person.objects.get(pk=person.pk) for person in people]


def question(**changes: object) -> Question:
    today = clock.now().date()
    asked = Question(
        agency_id="river-court",
        username="chen",
        legal_basis="Code of civil procedure, Art. 67",
        reference="12/2026",
        purpose="enforcement",
        fields=("band", "events"),
        period_from=today - timedelta(days=40),
        period_to=today,
    )
    return replace(asked, **changes)


def refused(step, **words: object) -> Refusal:
    with pytest.raises(GatewayRefused) as caught:
        step(**words)
    return caught.value.reason


def answered(desk: list[Person], **changes: object) -> gateway.Answer:
    enter, first, second = desk
    asked = gateway.ask(by=enter, question=question(**changes))
    assert gateway.approve(request_id=asked.pk, by=first) is None
    answer = gateway.approve(request_id=asked.pk, by=second)
    assert answer is not None
    return answer


def test_only_the_fields_in_scope_are_given_and_the_person_sees_it(chen, desk) -> None:
    answer = answered(desk)
    assert set(answer.fields) == {"band", "events"}
    since = clock.now() - timedelta(days=41)
    assert all(event["occurred_at"] >= since.isoformat() for event in answer.fields["events"])
    assert len(answer.fields["events"]) == 6
    (look,) = feed.feed(chen)
    assert (look.reader_kind, look.reader_name) == ("authority", "River court")
    assert look.fields == ("band", "events")
    assert "Art. 67" in look.ground


def test_a_sealed_request_shows_that_it_is_sealed_and_opens_by_itself(chen, desk) -> None:
    until = clock.now() + timedelta(days=30)
    answered(desk, sealed_until=until, seal_basis="Criminal procedure, Art. 12")
    (look,) = feed.feed(chen)
    assert look.sealed_until == until
    assert (look.reader_name, look.purpose, look.fields) == ("", "", ())
    clock.step(timedelta(days=31))
    (look,) = feed.feed(chen)
    assert look.reader_name == "River court"


def test_somebody_without_a_score_has_none_to_give(desk) -> None:
    resident("Mei")
    answer = answered(desk, username="mei", fields=("score",))
    assert answer.fields == {}
    assert (answer.request.state, answer.request.reason) == ("refused", "no_score")


def test_every_way_to_refuse(chen, desk) -> None:
    enter, first, second = desk
    now = clock.now()
    today = now.date()
    year = timedelta(days=370)
    bad = {
        Refusal.AGENCY_UNKNOWN: {"agency_id": "moon"},
        Refusal.PERSON_UNKNOWN: {"username": "nobody"},
        Refusal.NO_LEGAL_BASIS: {"legal_basis": "  "},
        Refusal.NO_PURPOSE: {"purpose": ""},
        Refusal.SCOPE_EMPTY: {"fields": ()},
        Refusal.SCOPE_UNKNOWN: {"fields": ("band", "chats")},
        Refusal.PERIOD_EMPTY: {"period_from": today, "period_to": today - timedelta(days=1)},
        Refusal.PERIOD_TOO_LONG: {"period_from": today - 3 * year},
        Refusal.SEAL_WITHOUT_BASIS: {"sealed_until": now + timedelta(days=3)},
        Refusal.SEAL_IN_THE_PAST: {"sealed_until": now - timedelta(days=3), "seal_basis": "x"},
        Refusal.SEAL_TOO_LONG: {"sealed_until": now + year, "seal_basis": "x"},
    }
    met = {
        reason: refused(gateway.ask, by=enter, question=question(**bad[reason])) for reason in bad
    }
    assert met == {reason: reason for reason in bad}
    asked = gateway.ask(by=enter, question=question())
    own = gateway.ask(by=enter, question=question(username="first"))
    others = {
        refused(gateway.ask, by=chen, question=question()),
        refused(gateway.approve, request_id=chen.pk, by=first),
        refused(gateway.approve, request_id=asked.pk, by=enter),
        refused(gateway.approve, request_id=own.pk, by=first),
        refused(gateway.refuse, request_id=asked.pk, by=first, reason=" "),
    }
    gateway.approve(request_id=asked.pk, by=first)
    others.add(refused(gateway.approve, request_id=asked.pk, by=first))
    gateway.refuse(request_id=asked.pk, by=second, reason="The article does not cover it.")
    others.add(refused(gateway.approve, request_id=asked.pk, by=second))
    assert others | set(met) == set(Refusal) == set(SENTENCES)
    assert [look.refusal for look in feed.feed(chen)] == ["no_basis", "no_basis"]


def test_a_request_without_a_basis_is_kept_and_told_and_gives_nothing(chen, desk) -> None:
    reason = refused(gateway.ask, by=desk[0], question=question(legal_basis=" "))
    kept = Request.objects.get()
    assert (kept.state, kept.reason) == ("refused", reason) == ("refused", "no_legal_basis")
    (look,) = feed.feed(chen)
    assert (look.reader_name, look.refusal, look.ground) == ("River court", "no_basis", "")
    assert refused(gateway.approve, request_id=kept.pk, by=desk[1]) == Refusal.ALREADY_DECIDED
    (row,) = report.rows(clock.now().year)
    assert (row.asked, row.states["refused"]) == (1, 1)


def test_the_report_counts_what_was_asked_and_what_was_given(chen, desk) -> None:
    answered(desk)
    answered(desk, sealed_until=clock.now() + timedelta(days=3), seal_basis="Art. 12")
    asked = gateway.ask(by=desk[0], question=question())
    gateway.refuse(request_id=asked.pk, by=desk[1], reason="Too broad.")
    year = clock.now().year
    (row,) = report.rows(year)
    assert (row.asked, row.states["released"], row.states["refused"], row.sealed) == (3, 2, 1, 1)
    _, line = report.as_csv(year, [row]).splitlines()
    assert line.endswith("band:2 events:2")


def test_no_spreadsheet_works_out_what_somebody_typed() -> None:
    line = report.Row('=HYPERLINK("https://evil.example")', "+1")
    _, told = report.as_csv(2026, [line]).splitlines()
    assert told.startswith("""2026,"'=HYPERLINK(""")
    assert ",'+1," in told


def test_what_nobody_decides_lapses(desk, chen) -> None:
    gateway.ask(by=desk[0], question=question())
    clock.step(timedelta(days=31))
    assert gateway.lapse_old() == 1
    assert Request.objects.get().state == "lapsed"
