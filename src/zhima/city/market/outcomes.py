"""Why a wish of an app or its customer was not granted: one name each, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import Outcome
from zhima.city.obligations.outcomes import Refusal as ObligationRefusal
from zhima.city.obligations.outcomes import sentence as obligation_sentence
from zhima.city.pay.outcomes import Refusal as PayRefusal
from zhima.city.pay.words import sentence as pay_sentence


class Refusal(StrEnum):
    """Reasons of this room; paying and obligations have their own."""

    APP_NOT_OPEN = "app_not_open"
    OFFER_UNKNOWN = "offer_unknown"
    BOOKING_UNKNOWN = "booking_unknown"
    SLOT_UNKNOWN = "slot_unknown"
    PLACE_UNKNOWN = "place_unknown"
    SLOT_GONE = "slot_gone"
    """Somebody else was first."""
    SLOT_OVER = "slot_over"
    TOO_MANY_SLOTS = "too_many_slots"
    NOT_IN_STOCK = "not_in_stock"
    BASKET_EMPTY = "basket_empty"
    NOT_NOW = "not_now"
    KEY_REUSED = "key_reused"
    NOT_A_CONTACT = "not_a_contact"
    PAID_BEFORE = "paid_before"
    PRICE_UNSAID = "price_unsaid"
    STARS_OUT_OF_RANGE = "stars_out_of_range"
    RATED_BEFORE = "rated_before"
    DISPUTED_BEFORE = "disputed_before"
    OVER_PRICE = "over_price"
    OVER_ALLOWANCE = "over_allowance"
    """More than an app may pay in a person's name within a day."""
    OWN_BOOKING = "own_booking"
    """Nobody serves himself."""
    DEPOSIT_NOT_CHOSEN = "deposit_not_chosen"
    WAIVER_NOT_GIVEN = "waiver_not_given"
    UNDECLARED_KIND = "undeclared_kind"
    UNDECLARED_FIELD = "undeclared_field"


Reason = Refusal | ObligationRefusal | PayRefusal | Outcome


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done, or what was done has been undone."""

    reason: Reason


WORDS = {
    Refusal.APP_NOT_OPEN: _("This app is not open."),
    Refusal.OFFER_UNKNOWN: _("There is no such offer any more."),
    Refusal.BOOKING_UNKNOWN: _("There is no such booking."),
    Refusal.SLOT_UNKNOWN: _("Choose a time."),
    Refusal.PLACE_UNKNOWN: _("Choose where from and where to."),
    Refusal.SLOT_GONE: _("Somebody was faster: this is taken. Choose another."),
    Refusal.SLOT_OVER: _("This time is over. Choose another."),
    Refusal.TOO_MANY_SLOTS: _("That is longer than can be booked at once."),
    Refusal.NOT_IN_STOCK: _("There is not so much of it left."),
    Refusal.BASKET_EMPTY: _("Your basket is empty."),
    Refusal.NOT_NOW: _("This cannot be done now. Look at the booking again."),
    Refusal.KEY_REUSED: _("This was sent before with other words. Start again."),
    Refusal.NOT_A_CONTACT: _("You can share with a contact only."),
    Refusal.PAID_BEFORE: _("Your part is paid already."),
    Refusal.PRICE_UNSAID: _("The price is not known yet."),
    Refusal.STARS_OUT_OF_RANGE: _("Give one to five stars."),
    Refusal.RATED_BEFORE: _("You have rated this already."),
    Refusal.DISPUTED_BEFORE: _("This was disputed before."),
    Refusal.OVER_PRICE: _("No more than was paid can be given back."),
    Refusal.OVER_ALLOWANCE: _("That is more than an app may pay in your name in a day."),
    Refusal.OWN_BOOKING: _("You cannot serve your own booking."),
    Refusal.DEPOSIT_NOT_CHOSEN: _("Choose what stands behind it: no deposit, or a frozen one."),
    Refusal.WAIVER_NOT_GIVEN: _("The deposit is not waived for you. Freeze it instead."),
    Refusal.UNDECLARED_KIND: _("The app did not declare this kind of evidence."),
    Refusal.UNDECLARED_FIELD: _("This kind of evidence has no such field."),
}


def sentence(reason: Reason) -> str:
    """What to tell the reader, in their language."""
    if isinstance(reason, Refusal):
        return str(WORDS[reason])
    if isinstance(reason, ObligationRefusal):
        return obligation_sentence(reason)
    return pay_sentence(reason)
