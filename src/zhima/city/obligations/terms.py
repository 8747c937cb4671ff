"""What both sides agreed to before anything was handed over."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Terms:
    """The deposit rule of an app's manifest, as it stood when the obligation was quoted.

    They are the agreement to debit too: what is owed, at most `deposit_fen`, may be collected
    from the purse after a waived deposit, at once or in instalments.
    """

    door: str
    """Which door of the rulebook says whether the deposit is waived; empty for none."""
    deposit_fen: int
    category: str = "rental"
    """One word for evidence: the branch, never the thing."""
    grace_hours: int = 24
    """After the time something was due, before that counts as overdue."""
    claim_within_days: int = 3
    """How long the owner may say what is owed; after that nothing is."""
    instalments: int = 3
    """Into how many parts a debt is split when the purse does not hold it."""
    instalment_days: int = 7
    """Days between them, and before the first."""
    breach_after_days: int = 7
    """Days overdue after which the agreement counts as broken."""

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """As stored with the obligation."""
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        """To be stored."""
        return asdict(self)

    @property
    def grace(self) -> timedelta:
        """`grace_hours`."""
        return timedelta(hours=self.grace_hours)

    @property
    def longest_after_due(self) -> timedelta:
        """After so long nothing can be claimed any more: no hold needs to last longer."""
        days = self.breach_after_days + 2 * self.claim_within_days
        return self.grace + timedelta(days=days)
