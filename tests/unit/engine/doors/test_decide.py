"""A refusal names the rule, the gap and the other way."""

from __future__ import annotations

from datetime import date

import pytest

from zhima.engine.doors import decide
from zhima.engine.doors.decide import Decision, Standing
from zhima.engine.kinds import Text
from zhima.engine.rulebook import Outcome, load

OPEN = load("open", as_of=date(2026, 9, 1))


def at(score: int, half_width: int = 0) -> Standing:
    return Standing(score, score - half_width, score + half_width)


@pytest.mark.parametrize(
    ("door", "score", "outcome", "gap", "deposit_fen"),
    [
        ("car", 650, Outcome.OPEN, 0, None),
        ("car", 640, Outcome.DEPOSIT, 10, 300000),
        ("flat", 610, Outcome.DEPOSIT, 40, 300000),
        ("flat", 599, Outcome.DEPOSIT, 1, 600000),
        ("small-loan", 500, Outcome.CLOSED, 50, None),
        ("small-loan", 560, Outcome.REFERRED, 40, None),
        ("tool-class-a", 350, Outcome.OPEN, 0, None),
    ],
)
def test_decisions(door: str, score: int, outcome: Outcome, gap: int, deposit_fen: int | None):
    decision = decide(OPEN, door_id=door, standing=at(score))
    assert (decision.outcome, decision.gap) == (outcome, gap)
    assert decision.deposit_fen == deposit_fen


def test_a_refusal_says_why_and_what_else():
    decision = decide(OPEN, door_id="car", standing=at(640))
    assert decision.reason.en == "Your score is 640, 10 short of 650: a deposit is asked."
    assert decision.other_way == Text(
        "Freeze 3000.00 until the car is back.", "冻结3000.00直至还车。"
    )
    assert decision.rule == f"{OPEN.name} car from 350"


def test_a_thin_file_is_referred_where_it_could_be_closed():
    assert decide(OPEN, door_id="small-loan", standing=at(500, 90)).outcome is Outcome.REFERRED
    assert decide(OPEN, door_id="small-loan", standing=at(450, 90)).outcome is Outcome.CLOSED


def test_an_unknown_door_is_a_key_error():
    with pytest.raises(KeyError):
        decide(OPEN, door_id="moon", standing=at(600))


def test_no_refusal_without_another_way():
    with pytest.raises(ValueError, match="another way"):
        Decision(
            door="car",
            operator="car rental",
            outcome=Outcome.CLOSED,
            rule="x",
            score=600,
            gap=50,
            next_start=650,
            deposit_fen=None,
            reason=Text("closed", "关闭"),
            other_way=None,
        )


def test_an_interval_must_hold_its_score():
    with pytest.raises(ValueError, match="misses 600"):
        Standing(600, 610, 620)
