"""Amounts as people write them: yuan with at most two decimals, into whole fen and back."""

from __future__ import annotations

import re

from zhima.city.ledger.model import MAX_AMOUNT_FEN, Outcome
from zhima.engine.kinds import Fen, ZhimaError

_YUAN = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]{1,2}))?", re.ASCII)


class BadAmount(ZhimaError):
    """An amount nobody can pay; `outcome` is the ledger's name for it."""

    def __init__(self, outcome: Outcome, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome


def fen_from_yuan(text: str) -> Fen:
    """`12`, `12.5` or `12.50` yuan in fen; BadAmount for anything else, zero, negative or huge."""
    found = _YUAN.fullmatch(text.strip())
    if found is None:
        raise BadAmount(
            Outcome.AMOUNT_NOT_WHOLE_FEN,
            f"{text[:40]!r} is no amount in yuan with at most two decimals, such as 12.50",
        )
    sign, yuan, fen = found.groups()
    # A text of thousands of digits would take Python long to read as a number.
    if len(yuan.lstrip("0")) > len(str(MAX_AMOUNT_FEN)):
        raise _too_large(text)
    amount_fen = int(yuan) * 100 + int((fen or "0").ljust(2, "0"))
    if amount_fen == 0 or sign == "-":
        raise BadAmount(Outcome.AMOUNT_NOT_POSITIVE, f"{text!r} is not more than nothing")
    if amount_fen > MAX_AMOUNT_FEN:
        raise _too_large(text)
    return Fen(amount_fen)


def yuan_from_fen(amount_fen: int) -> str:
    """Fen as yuan with two decimals: 1250 is `12.50`, -5 is `-0.05`."""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{yuan}.{fen:02}"


def _too_large(text: str) -> BadAmount:
    most = yuan_from_fen(MAX_AMOUNT_FEN)
    return BadAmount(
        Outcome.AMOUNT_TOO_LARGE, f"{text[:40]!r} is more than the {most} yuan allowed"
    )
