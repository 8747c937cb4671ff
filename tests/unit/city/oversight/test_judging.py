"""Whose good: two rulebooks, the same people; what is in force is judged as the scorer did."""

from __future__ import annotations

import pytest

from tests.city_books import befriend
from tests.city_scores import good_record, new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.authority import courts
from zhima.city.authority.models import Agency
from zhima.city.oversight.judging import court_link, judge, reads_courts
from zhima.city.scoring import readings

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def people() -> list:
    made = [scored_resident(name) for name in ("Ana", "Bo", "Chen")]
    befriend(made[0], made[1])
    tell(*good_record(made[0]), *good_record(made[1], months=3), said(made[2], "booking.missed"))
    settle(new_scorer())
    return made


def test_the_rulebook_in_force_judges_as_the_scorer_did(people) -> None:
    judged = judge("open", "gdpr", at=clock.now())
    for person in people:
        before, _ = judged.of(person.pk)
        assert before == readings.current(person.pk).score


def test_the_parts_add_up_and_friends_are_what_differs(people) -> None:
    judged = judge("open", "gdpr", at=clock.now())
    assert sum(part.people for part in judged.bands) == len(people)
    assert sum(part.people for part in judged.groups) == len(people)
    assert sum(row[1] for row in judged.histogram) == sum(row[2] for row in judged.histogram) == 3
    record = judged.as_record()
    assert str(people[0].pk) not in str(record)


def test_one_rulebook_against_itself_changes_nobody(people) -> None:
    judged = judge("open", "open", at=clock.now())
    assert not any(part.gain or part.lose for part in judged.bands)
    assert all(before == after for _, before, after in judged.doors)


def test_the_page_shows_both_and_a_way_to_a_human(people, client) -> None:
    client.force_login(people[0])
    page = client.get("/whose-good/?first=open&second=gdpr").content.decode()
    mine = judge("open", "gdpr", at=clock.now()).of(people[0].pk)
    assert all(f">{score}<" in page for score in mine)
    assert "/appeals/score/" in page
    assert client.get("/whose-good/?first=moon").status_code == 200


def test_cutting_the_link_to_the_courts_lifts_whom_they_list_and_nobody_else(
    people, client
) -> None:
    ana, _, chen = people
    court = Agency.objects.create(pk="river-court", name="River court", contact="c@example.org")
    listed = "person,listed_on,reason,remedy,cleared_on\nchen,2026-05-01,A rent unpaid,Pay it,\n"
    courts.import_list(text=listed, name="list.csv", agency=court, by=None)
    judged = court_link("zhima-2018", at=clock.now())
    (chen_linked, chen_cut), (ana_linked, ana_cut) = (judged.of(p.pk) for p in (chen, ana))
    as_it_stands, _ = judge("zhima-2018", "open", at=clock.now()).of(chen.pk)
    assert as_it_stands == chen_linked < chen_cut
    assert ana_linked == ana_cut
    assert judged.changed == 1
    assert reads_courts("zhima-2018", at=clock.now())
    assert not reads_courts("gdpr", at=clock.now())
    client.force_login(chen)
    page = client.get("/whose-good/courts/").content.decode()
    assert f">{chen_linked}<" in page
    assert f">{chen_cut}<" in page
    assert "Cutting it changes the score of 1 person" in page
    assert "/whose-good/courts/" in client.get("/authority/courts/").content.decode()
