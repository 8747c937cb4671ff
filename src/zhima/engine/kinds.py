"""The words every room of the engine shares: factors, points, money, findings, errors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
Fen = NewType("Fen", int)
"""Money in hundredths of a yuan; never a float."""

SCORE_FLOOR = 350
"""Every public account of the original starts its scale here; x = score - SCORE_FLOOR."""
SCORE_CEILING = 950
POINTS_RANGE = SCORE_CEILING - SCORE_FLOOR

IDENTITY_LEVEL = "identity_level"
"""The feature, and the column of a table of people, that says how well somebody is known."""

MILLI = 1000
"""Receipts keep thousandths of a point as integers, so that their items sum exactly."""


class Factor(StrEnum):
    """The five dimensions of the original's public accounts."""

    CREDIT_HISTORY = "credit_history"
    AGREEMENTS = "agreements"
    BEHAVIOUR = "behaviour"
    IDENTITY = "identity"
    CONNECTIONS = "connections"


class ZhimaError(Exception):
    """Something a user can mend: what happened, with which value, and what to do.

    The command line prints the message and exits with 2; it never shows a traceback for one.
    """


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in data from the world that was set aside or mended, kept to be shown."""

    source: str
    """File or table the record came from."""
    row: int | None
    """1-based row in that source, header not counted; None when it concerns the whole source."""
    column: str | None
    value: str
    reason: str
    """A closed snake_case word, documented in docs/events.md."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in the two languages of the product."""

    en: str
    zh: str
