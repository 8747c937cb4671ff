"""Typed money."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from zhima.city.wallet.amounts import FenField, yuan


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("0.01", 1),
        (" 1,234.56 ", 123456),
        ("1，234。56", 123456),
        ("２０００", 200000),
        ("１００", 10000),
        ("+5", 500),
    ],
)
def test_what_is_money(typed: str, fen: int) -> None:
    assert FenField(max_fen=200_000).clean(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        *("", "0", "0.00", "-1", "1.234", "1e3", "12 yuan", "٢", "2000.01", "9" * 13, ".5", "NaN"),
        *(
            "0.1.2",
            "12,50",
            "1,2",
            "1,,000",
            "5²",
            "①",
            "½",
            "1 000",
            "0x10",
            "1_000",
            "--5",
            "1\0",
        ),
    ],
)
def test_what_is_none(typed: str) -> None:
    with pytest.raises(ValidationError):
        FenField(max_fen=200_000).clean(typed)


@pytest.mark.parametrize(("fen", "shown"), [(0, "0.00"), (123456, "1,234.56"), (-5, "−0.05")])
def test_how_it_is_shown(fen: int, shown: str) -> None:
    assert yuan(fen) == shown
