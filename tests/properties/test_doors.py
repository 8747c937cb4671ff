"""Raising a score never closes a door, whatever the rulebook says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhima.engine.doors import decide_all
from zhima.engine.doors.decide import Decision, Standing
from zhima.engine.doors.draws import Ticket, draw
from zhima.engine.doors.places import Ask, give
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook import Outcome, load, shipped_names
from zhima.engine.rulebook.model import PlaceOrder

RULEBOOKS = [load(name, as_of=date(2026, 9, 1)) for name in shipped_names()]
SCORES = st.integers(SCORE_FLOOR, SCORE_CEILING)


def standing(score: int, half_width: int) -> Standing:
    return Standing(
        score, max(score - half_width, SCORE_FLOOR), min(score + half_width, SCORE_CEILING)
    )


def goodness(decision: Decision) -> tuple[int, int]:
    return list(Outcome).index(decision.outcome), -(decision.deposit_fen or 0)


@given(rulebook=st.sampled_from(RULEBOOKS), one=SCORES, two=SCORES, half_width=st.integers(0, 120))
def test_a_higher_score_loses_nothing(rulebook, one, two, half_width):
    low, high = sorted((one, two))
    before = decide_all(rulebook, standing=standing(low, half_width))
    after = decide_all(rulebook, standing=standing(high, half_width))
    for lower, higher in zip(before, after, strict=True):
        assert goodness(higher) >= goodness(lower)


@given(rulebook=st.sampled_from(RULEBOOKS), score=SCORES)
def test_the_gap_is_exactly_what_is_missing(rulebook, score):
    for decision in decide_all(rulebook, standing=standing(score, 0)):
        if decision.next_start is None:
            assert decision.gap == 0
            continue
        there = decide_all(rulebook, standing=standing(score + decision.gap, 0))
        short = decide_all(rulebook, standing=standing(score + decision.gap - 1, 0))
        index = [d.door for d in there].index(decision.door)
        assert goodness(there[index]) > goodness(decision)
        assert short[index].next_start == decision.next_start


MOMENT = datetime(2026, 9, 1, 19, 0, tzinfo=UTC)


def asks(scores: list[int | None]) -> list[Ask]:
    return [Ask(str(n), MOMENT + timedelta(seconds=n % 3), score) for n, score in enumerate(scores)]


@given(
    rulebook=st.sampled_from(RULEBOOKS),
    scores=st.lists(st.none() | SCORES, min_size=1, max_size=6),
    order=st.sampled_from(PlaceOrder),
    free=st.integers(1, 4),
    rise=st.integers(1, 300),
    data=st.data(),
)
def test_a_higher_score_never_loses_the_table(rulebook, scores, order, free, rise, data):
    places = rulebook.rules.benefits.places.model_copy(update={"order": order})
    benefits = rulebook.rules.benefits.model_copy(update={"places": places})
    rulebook = replace(rulebook, rules=rulebook.rules.model_copy(update={"benefits": benefits}))
    before = give(rulebook, asks(scores), places=free)
    assert sum(place.got_it for place in before) == min(free, len(scores))
    for place in before:
        assert place.reason.en
        assert place.reason.zh
        assert not place.got_it or place.gap is None
        assert place.gap is None or place.gap >= 0
    who = data.draw(st.integers(0, len(scores) - 1))
    if scores[who] is None or not before[who].got_it:
        return
    better = [*scores]
    better[who] = min(better[who] + rise, SCORE_CEILING)
    assert give(rulebook, asks(better), places=free)[who].got_it


@given(
    rulebook=st.sampled_from(RULEBOOKS),
    seed=st.binary(min_size=32, max_size=32),
    scores=st.lists(SCORES, min_size=1, max_size=30),
    places=st.integers(0, 6),
    rise=st.integers(1, 400),
    data=st.data(),
)
def test_a_higher_score_never_loses_an_upgrade(rulebook, seed, scores, places, rise, data):
    def won(of: list[int]) -> tuple[str, ...]:
        benefits = rulebook.rules.benefits
        tickets = [Ticket(f"t{n}", benefits.chance(score)) for n, score in enumerate(of)]
        return draw(seed=seed, tickets=tickets, places=places)

    before = won(scores)
    assert len(before) <= places
    who = data.draw(st.integers(0, len(scores) - 1))
    better = [*scores]
    better[who] = min(better[who] + rise, SCORE_CEILING)
    if f"t{who}" in before:
        assert f"t{who}" in won(better)
    reordered = data.draw(st.permutations(range(len(scores))))
    tickets = [Ticket(f"t{n}", rulebook.rules.benefits.chance(scores[n])) for n in reordered]
    assert draw(seed=seed, tickets=tickets, places=places) == before
