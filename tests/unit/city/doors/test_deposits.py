"""Deposits at three operators' own thresholds, for the same person before and after a change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_books import resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.disclosure.reading import Reader, Refused
from zhima.city.doors.deposits import Quote, deposit
from zhima.city.people.models import Person
from zhima.engine.rulebook import Outcome

pytestmark = pytest.mark.usefixtures("city")
ASKED = {"car": 300_000, "flat": 600_000, "hotel": 30_000}


def quotes(person: Person) -> dict[str, Quote]:
    return {
        door: deposit(
            operator=Reader("app", door, f"River {door}"),
            person=person,
            door_id=door,
            amount_fen=amount_fen,
        )
        for door, amount_fen in ASKED.items()
    }


@pytest.fixture
def ana() -> Person:
    person = resident("Ana")
    for door in ASKED:
        grants.give(
            person=person,
            recipient=f"app:{door}",
            purpose=f"door:{door}",
            fields=["outcome", "deposit"],
            until=clock.now() + timedelta(days=30),
        )
    return person


def test_three_operators_ask_by_their_own_thresholds(ana) -> None:
    stand_at(ana, 590)
    assert {door: q.deposit_fen for door, q in quotes(ana).items()} == ASKED
    stand_at(ana, 610)
    assert {door: q.deposit_fen for door, q in quotes(ana).items()} == {
        "car": 300_000,
        "flat": 300_000,
        "hotel": 0,
    }
    stand_at(ana, 650)
    assert {door: q.deposit_fen for door, q in quotes(ana).items()} == dict.fromkeys(ASKED, 0)


def test_a_refusal_names_rule_gap_and_the_other_way(ana) -> None:
    stand_at(ana, 640)
    quote = quotes(ana)["car"]
    assert quote.outcome is Outcome.DEPOSIT
    assert quote.gap == 10
    assert quote.rule.endswith("car from 350")
    assert "10 short of 650" in quote.reason.en
    assert quote.other_way.en
    assert quote.other_way.zh


def test_without_leave_or_score_the_deposit_is_asked_and_nothing_else_happens(ana) -> None:
    assert quotes(ana)["car"].deposit_fen == 300_000
    assert quotes(ana)["car"].decision is None
    stranger = resident("Stranger")
    stand_at(stranger, 900)
    assert quotes(stranger)["hotel"].deposit_fen == 30_000
    assert "not looked at" in quotes(stranger)["hotel"].reason.en


def test_an_operator_may_ask_less_than_the_rulebook_and_never_more(ana) -> None:
    stand_at(ana, 610)
    reader = Reader("app", "car", "River car")
    for asked, due in ((1_000, 1_000), (900_000, 300_000)):
        quote = deposit(operator=reader, person=ana, door_id="car", amount_fen=asked)
        assert quote.deposit_fen == due


def test_a_door_that_the_rulebook_does_not_have_is_refused(ana) -> None:
    stand_at(ana, 610)
    grants.give(
        person=ana,
        recipient="app:moon",
        purpose="door:moon",
        fields=["outcome", "deposit"],
        until=clock.now() + timedelta(days=30),
    )
    with pytest.raises(Refused, match="unknown_door"):
        deposit(operator=Reader("app", "moon", "Moon"), person=ana, door_id="moon", amount_fen=1)
