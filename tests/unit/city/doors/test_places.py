"""The nice table: the rule decides once, everybody is told why, and nobody is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_books import resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import places, register, sharing
from zhima.city.doors.models import Contest, Wish
from zhima.city.people.models import Person
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")
WHAT = Text("Table 4 at 19:00", "4号桌，19:00")
TABLE = Reader("app", "table", "River restaurant")


@pytest.fixture
def high() -> Person:
    person = resident("High")
    stand_at(person, 720)
    return person


@pytest.fixture
def low() -> Person:
    person = resident("Low")
    stand_at(person, 610)
    return person


def ask(person: Person, slot: str = "4/19:00") -> Wish:
    return places.ask(operator=TABLE, person=person, slot=slot, what=WHAT)


def after_a_minute() -> None:
    now_us = clock.now_us()
    Contest.objects.update(closes_at=clock.moment(now_us - 1))
    places.decide_due()


def test_two_ask_for_the_same_minute_and_the_higher_score_gets_it(high, low) -> None:
    sharing.toggle(high, "places")
    sharing.toggle(low, "places")
    first, second = ask(low), ask(high)
    assert {first.outcome, second.outcome} == {"waiting"}
    after_a_minute()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.outcome, second.gap) == ("won", None)
    assert (first.outcome, first.gap) == ("lost", 110)
    assert "110 points more" in first.reason["en"]
    assert "110" in first.reason["zh"]
    assert high.name not in str(first.reason)
    assert Contest.objects.get().rule.endswith("places by score")
    assert [look.reader_name for look in feed(high)] == ["River restaurant"]
    assert register.of_person(high, clock.now().year)[0].kind == "place"


def test_with_one_wish_nobody_is_looked_at(low) -> None:
    sharing.toggle(low, "places")
    wish = ask(low)
    after_a_minute()
    wish.refresh_from_db()
    assert wish.outcome == "won"
    assert feed(low) == []


def test_whoever_does_not_share_gets_it_only_when_nobody_who_shares_wants_it(high, low) -> None:
    sharing.toggle(low, "places")
    unshared, shared = ask(high), ask(low)
    after_a_minute()
    unshared.refresh_from_db()
    shared.refresh_from_db()
    assert (unshared.outcome, shared.outcome) == ("lost", "won")


def test_a_late_wish_is_told_that_the_place_is_gone(high, low) -> None:
    ask(low)
    after_a_minute()
    late = ask(high)
    assert late.outcome == "lost"
    assert "before you asked" in late.reason["en"]


def test_a_wish_a_second_time_is_the_first_one(low) -> None:
    assert ask(low).pk == ask(low).pk


def test_a_contest_is_decided_once(high, low) -> None:
    ask(low)
    contest = Contest.objects.get()
    assert not places.decide(contest)
    Contest.objects.update(closes_at=clock.now() - timedelta(seconds=1))
    assert places.decide(contest)
    assert not places.decide(contest)


def test_a_process_that_gave_up_is_replaced(low) -> None:
    ask(low)
    now = clock.now()
    Contest.objects.update(closes_at=now, claimed_at=now)
    assert not places.decide(Contest.objects.get())
    Contest.objects.update(claimed_at=now - places.GIVEN_UP_AFTER - timedelta(seconds=1))
    assert places.decide(Contest.objects.get())


def test_a_wish_can_be_taken_back_until_it_is_decided(high, low) -> None:
    first, second = ask(low), ask(high)
    assert places.withdraw(first)
    after_a_minute()
    second.refresh_from_db()
    assert second.outcome == "won"
    assert not places.withdraw(second)


def test_whoever_wished_alone_and_took_it_back_leaves_no_trace(high, low) -> None:
    assert places.withdraw(ask(low))
    assert not Contest.objects.exists()
    assert ask(high).outcome == "waiting"


def test_where_the_first_gets_it_no_score_is_looked_at(high, low) -> None:
    for person in (high, low):
        sharing.toggle(person, "places")
    first, second = ask(low), ask(high)
    RulebookInForce.objects.create(
        name="gdpr", state="in_force", drafted_at=clock.now(), since=clock.moment(0)
    )
    after_a_minute()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome, second.gap) == ("won", "lost", None)
    assert feed(high) == feed(low) == []
