"""Why an act on an obligation was not done: one name each, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import DONE, Outcome
from zhima.city.wallet.words import sentence as ledger_sentence


class Refusal(StrEnum):
    """Reasons of this room; the ledger has its own."""

    UNKNOWN = "obligation_unknown"
    NOT_NOW = "not_now"
    """The move is not legal from where the obligation stands."""
    KEY_REUSED = "key_reused"
    OVER_DEPOSIT = "over_deposit"
    AMOUNT_NEGATIVE = "amount_negative"
    CLAIMED_BEFORE = "claimed_before"
    STILL_OWED = "still_owed"
    NOTHING_OWED = "nothing_owed"
    NOT_DUE = "not_due"
    PHOTO_TOO_LARGE = "photo_too_large"
    PHOTO_UNREADABLE = "photo_unreadable"
    PHOTOS_ENOUGH = "photos_enough"
    CONSENT_MISSING = "consent_missing"
    """A waiver asks the score, and nobody may ask it for this operator."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing moved."""

    reason: Refusal | Outcome


WORDS = {
    Refusal.UNKNOWN: _("There is no such agreement."),
    Refusal.NOT_NOW: _("This cannot be done where the agreement stands now. Look at it again."),
    Refusal.KEY_REUSED: _("This was sent before with other words. Start again."),
    Refusal.OVER_DEPOSIT: _("At most the agreed deposit can be asked for."),
    Refusal.AMOUNT_NEGATIVE: _("The amount cannot be less than nothing."),
    Refusal.CLAIMED_BEFORE: _("What is owed has been said before and stays as it is."),
    Refusal.STILL_OWED: _("Something is still owed. Pay it first."),
    Refusal.NOTHING_OWED: _("Nothing is owed."),
    Refusal.NOT_DUE: _("It is not due yet."),
    Refusal.PHOTO_TOO_LARGE: _("The photo is too large: 8 MB and 50 million pixels at most."),
    Refusal.PHOTO_UNREADABLE: _("This is no photo that can be read: JPEG, PNG or WebP."),
    Refusal.PHOTOS_ENOUGH: _("There are six photos already, which is enough."),
    Refusal.CONSENT_MISSING: _("Allow this app to ask about your deposit first, or leave one."),
}


def sentence(reason: Refusal | Outcome) -> str:
    """What to tell the reader, in their language."""
    return ledger_sentence(reason) if isinstance(reason, Outcome) else str(WORDS[reason])


def refusal_in(outcomes: list[Outcome]) -> Refused | None:
    """Why a chain of transfers was not written; None when it was."""
    told = [o for o in outcomes if o not in DONE and o is not Outcome.LINKED_FAILED]
    return Refused(told[0]) if told else None
