"""What the door says to a deposit: waived, or to be frozen, with the reason and the other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhima.city.obligations.outcomes import Refused
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person


@dataclass(frozen=True, slots=True)
class Offered:
    """What the person may choose from; a frozen deposit is always possible."""

    waived: bool
    deposit_fen: int
    told: dict[str, Any]


def ask_the_door(
    *, person: Person, merchant: Merchant, app: str, terms: Terms
) -> Offered | Refused:
    """Ask whether the deposit is waived; without a door or a grant it is not."""
    return Offered(False, terms.deposit_fen, {"outcome": "deposit"})
