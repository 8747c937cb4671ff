"""Deposits at operators' own thresholds: the rulebook's is the most, nobody is asked in vain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.city_books import resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.reading import Reader
from zhima.city.doors.deposits import Quote, decided, deposit
from zhima.city.people.models import Person
from zhima.engine.doors import decide
from zhima.engine.doors.decide import Standing
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook import load, shipped_names

RULEBOOKS = [load(name, as_of=date(2026, 9, 1)) for name in shipped_names()]
SCORES = st.integers(SCORE_FLOOR, SCORE_CEILING)
ASKED = {"car": 300_000, "flat": 600_000, "hotel": 30_000}


def quote(person: Person, door: str, amount_fen: int = 0) -> Quote:
    return deposit(
        operator=Reader("app", door, f"River {door}"),
        person=person,
        door_id=door,
        amount_fen=amount_fen or ASKED[door],
    )


def quotes(person: Person) -> dict[str, tuple[bool, int]]:
    said = {door: quote(person, door) for door in ASKED}
    return {door: (each.waived, each.deposit_fen) for door, each in said.items()}


@pytest.fixture
def ana(city: None) -> Person:
    person = resident("Ana")
    for door in (*ASKED, "moon", "tool-class-a"):
        grants.give(
            person=person,
            recipient=f"app:{door}",
            purpose=f"door:{door}",
            fields=["outcome", "deposit"],
            until=clock.now() + timedelta(days=30),
        )
    return person


def test_three_operators_ask_by_their_own_thresholds(ana) -> None:
    stand_at(ana, 599)
    assert quotes(ana) == {door: (False, fen) for door, fen in ASKED.items()}
    stand_at(ana, 600)
    assert quotes(ana) == {
        "car": (False, 300_000),
        "flat": (False, 300_000),
        "hotel": (True, 30_000),
    }
    stand_at(ana, 650)
    assert quotes(ana) == {"car": (True, 300_000), "flat": (True, 300_000), "hotel": (True, 30_000)}


def test_a_refusal_names_rule_gap_and_the_other_way(ana) -> None:
    stand_at(ana, 640)
    said = quote(ana, "car")
    assert (said.outcome, said.gap, said.free_from) == ("deposit", 10, 650)
    assert said.rule.endswith("car from 350")
    assert "10 short of 650" in said.reason.en
    assert said.other_way.en
    assert said.other_way.zh
    assert said.kept()["other_way"] == {"en": said.other_way.en, "zh": said.other_way.zh}


def test_without_leave_or_score_the_deposit_is_asked_and_the_other_way_is_named(ana) -> None:
    nothing_known = quote(ana, "car")
    assert (nothing_known.deposit_fen, nothing_known.gap) == (300_000, None)
    assert "You have no score" in nothing_known.reason.en
    stranger = resident("Stranger")
    stand_at(stranger, 900)
    said = quote(stranger, "hotel")
    assert (said.outcome, said.waived, said.deposit_fen) == ("no_grant", False, 30_000)
    assert "not looked at" in said.reason.en
    assert said.rule.endswith("hotel from 350")
    assert said.other_way.en
    assert said.free_from == 600


@pytest.mark.parametrize(("asked", "due"), [(1_000, 1_000), (900_000, 300_000)])
def test_an_operator_may_ask_less_than_the_rulebook_and_never_more(ana, asked, due) -> None:
    stand_at(ana, 610)
    assert quote(ana, "car", asked).deposit_fen == due
    assert quote(resident("Stranger"), "car", asked).deposit_fen == due


def test_a_door_that_no_score_could_change_is_asked_about_nobody(ana) -> None:
    stand_at(ana, 900)
    said = quote(ana, "moon", 5_000)
    assert (said.outcome, said.waived, said.deposit_fen, said.rule) == ("no_door", False, 5_000, "")
    everybody = quote(ana, "tool-class-a", 5_000)
    assert (everybody.waived, everybody.deposit_fen) == (True, 5_000)
    assert feed(ana) == []
    quote(ana, "car")
    assert len(feed(ana)) == 1


@given(
    rulebook=st.sampled_from(RULEBOOKS),
    one=SCORES,
    two=SCORES,
    amount_fen=st.sampled_from([1, 9_900, 40_000, 299_999, 300_000, 300_001, 600_000, 10**9]),
)
def test_a_higher_score_never_stands_behind_more(rulebook, one, two, amount_fen) -> None:
    def at(score: int, door: object) -> Quote:
        standing = Standing(score, score, score)
        return decided(door, decide(rulebook, door_id=door.id, standing=standing), amount_fen)

    low, high = sorted((one, two))
    for door in rulebook.rules.doors:
        lower, higher = at(low, door), at(high, door)
        assert higher.waived >= lower.waived
        assert higher.deposit_fen <= lower.deposit_fen <= amount_fen
        assert lower.waived or lower.other_way
