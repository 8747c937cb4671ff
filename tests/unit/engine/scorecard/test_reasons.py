"""Reasons in two languages."""

from __future__ import annotations

from zhima.engine.scorecard.card import Card, CategoricalAttribute, NumericAttribute
from zhima.engine.scorecard.reasons import reasons

CARD = Card(
    name="tools",
    target="late",
    base_points=0,
    attributes=(
        NumericAttribute(feature="days_late", edges=(1, 8), points=(20, 5, -40), missing=0),
        CategoricalAttribute(feature="tool", points={"saw": -3, "drill": 4}, other=0, missing=0),
    ),
)


def test_the_costliest_comes_first() -> None:
    first, second = reasons(CARD, {"days_late": 9, "tool": "saw"})
    assert (first.item, first.points_lost, second.points_lost) == ("days_late", 60, 7)
    assert first.text.en == "Days late is 8 or more; this costs 60 points against below 1."
    assert first.text.zh == "“days_late”为8及以上，与1以下相比减少60分。"


def test_the_best_gives_no_reason() -> None:
    assert reasons(CARD, {"days_late": 0, "tool": "drill"}) == []


def test_absence_is_said_as_such() -> None:
    (reason,) = reasons(CARD, {"tool": "drill"})
    assert reason.text.en == "Days late is not known; this costs 20 points."
    assert reason.text.zh == "缺少“days_late”的信息，减少20分。"


def test_a_reference_replaces_the_best() -> None:
    (reason,) = reasons(
        CARD, {"days_late": 3, "tool": "saw"}, reference={"days_late": 6, "tool": -9}
    )
    assert (reason.item, reason.points_lost) == ("days_late", 1)
    assert "costs 1 point " in reason.text.en
