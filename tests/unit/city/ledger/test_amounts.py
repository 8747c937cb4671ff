"""Amounts as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhima.city.ledger.amounts import BadAmount, fen_from_yuan, yuan_from_fen
from zhima.city.ledger.model import MAX_AMOUNT_FEN, Outcome


@pytest.mark.parametrize(
    ("text", "fen"), [("12", 1200), ("12.5", 1250), (" 0.01 ", 1), ("007.00", 700), ("+3", 300)]
)
def test_amounts_in_yuan(text: str, fen: int) -> None:
    assert fen_from_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("12.345", "amount_not_whole_fen"),
        ("0.001", "amount_not_whole_fen"),
        ("twelve", "amount_not_whole_fen"),
        ("", "amount_not_whole_fen"),
        ("1e3", "amount_not_whole_fen"),
        ("1,000", "amount_not_whole_fen"),
        (".5", "amount_not_whole_fen"),
        ("５", "amount_not_whole_fen"),
        ("nan", "amount_not_whole_fen"),
        ("0", "amount_not_positive"),
        ("0.00", "amount_not_positive"),
        ("-5", "amount_not_positive"),
        ("10000000000.01", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_amounts_nobody_can_pay(text: str, outcome: str) -> None:
    with pytest.raises(BadAmount) as caught:
        fen_from_yuan(text)
    assert caught.value.outcome == Outcome(outcome)
    assert len(str(caught.value)) < 200


@given(st.integers(1, MAX_AMOUNT_FEN))
def test_an_amount_survives_being_written(fen: int) -> None:
    assert fen_from_yuan(yuan_from_fen(fen)) == fen


AMOUNT_REFUSALS = {
    *(Outcome.AMOUNT_NOT_WHOLE_FEN, Outcome.AMOUNT_NOT_POSITIVE, Outcome.AMOUNT_TOO_LARGE)
}


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_named_refusal(text: str) -> None:
    try:
        assert 0 < fen_from_yuan(text) <= MAX_AMOUNT_FEN
    except BadAmount as refusal:
        assert refusal.outcome in AMOUNT_REFUSALS  # noqa: PT017 — either end is fine


def test_debts_have_a_sign() -> None:
    assert [yuan_from_fen(fen) for fen in (-5, 0, 1250)] == ["-0.05", "0.00", "12.50"]
