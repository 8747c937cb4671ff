"""Raising a score never closes a door, whatever the rulebook says."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zhima.engine.doors import decide_all
from zhima.engine.doors.decide import Decision, Standing
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook import Outcome, load, shipped_names

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
