"""Refusals of the market as the API's one error shape, and bookings as apps see them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from zhima.city.api.errors import ApiError
from zhima.city.consent.oauth import subject
from zhima.city.market.api.shapes import BookingOut, OfferOut, QuoteOut
from zhima.city.market.models import Booking, Offer
from zhima.city.market.outcomes import Refusal, Refused, sentence
from zhima.city.obligations.models import Obligation

SHOWN_WITH = ("offer", "person", "obligation", "place_wish", "upgrade", "upgraded_to")
_NOT_THERE = frozenset({Refusal.BOOKING_UNKNOWN, Refusal.OFFER_UNKNOWN})
_FIELDS = {
    Refusal.SLOT_GONE: "slot_id",
    Refusal.SLOT_UNKNOWN: "slot_id",
    Refusal.SLOT_OVER: "slot_id",
    Refusal.TOO_MANY_SLOTS: "count",
    Refusal.DEPOSIT_NOT_CHOSEN: "freeze",
    Refusal.WAIVER_NOT_GIVEN: "freeze",
    Refusal.KEY_REUSED: "key",
    Refusal.UNDECLARED_KIND: "kind",
    Refusal.UNDECLARED_FIELD: "context",
}
_REMEDIES = {
    Refusal.SLOT_OVER: "Ask for the slots again and offer another.",
    Refusal.SLOT_GONE: "Ask for the slots again and offer another.",
    Refusal.OVER_ALLOWANCE: "Make an order of your shop, and let the person pay it by its code.",
    Refusal.DEPOSIT_NOT_CHOSEN: "Ask for a quote, let the person choose, send `freeze`.",
    Refusal.WAIVER_NOT_GIVEN: "Send `freeze: true` after the person agreed.",
    Refusal.UNDECLARED_KIND: "Declare the kind in the manifest and have it reviewed.",
    Refusal.UNDECLARED_FIELD: "docs/events.md lists the fields of each kind.",
    Refusal.KEY_REUSED: "Use a new key for a new wish.",
}


def refused(answer: Refused) -> ApiError:
    """The error of a refusal."""
    with translation.override("en"):
        message = sentence(answer.reason)
    reason = answer.reason
    known = reason if isinstance(reason, Refusal) else None
    return ApiError(
        404 if known in _NOT_THERE else 409,
        str(reason),
        message,
        field=_FIELDS.get(known, "") if known else "",
        remedy=_REMEDIES.get(known, "Look at the booking again.") if known else message,
    )


def booking_of(answer: Booking | Refused) -> BookingOut:
    """The booking as it stands now; raises the refusal."""
    if isinstance(answer, Refused):
        raise refused(answer)
    found = Booking.objects.select_related(*SHOWN_WITH).get(pk=answer.pk)
    return booking_out(found)


def booking_out(booking: Booking) -> BookingOut:
    """A booking without a name: the app knows its people by `sub`."""
    return BookingOut(
        booking_id=booking.pk,
        offer=booking.offer.key,
        sub=subject(person_id=booking.person_id, client_id=booking.app_id),
        state=booking.state,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        price_fen=booking.price_fen,
        refunded_fen=booking.refunded_fen,
        deposit=booking.obligation.state if booking.obligation else "",
        upgraded_to=booking.upgraded_to.key if booking.upgraded_to else "",
        told_at=_told_at(booking),
    )


def _told_at(booking: Booking) -> str:
    if booking.place_wish is not None:
        return reverse("doors:place", args=[booking.place_wish.contest_id])
    if booking.upgrade is not None:
        return reverse("doors:draw", args=[booking.upgrade.draw_id])
    return ""


def offer_out(offer: Offer) -> OfferOut:
    """An offer."""
    return OfferOut(
        key=offer.key,
        title={"en": offer.title_en, "zh": offer.title_zh},
        price_fen=offer.price_fen,
        is_open=offer.is_open,
    )


def quote_out(quoted: Obligation) -> QuoteOut:
    """What a door said, without what it looked at: the gap would be the score."""
    return QuoteOut(
        outcome="waived" if quoted.waivable else "deposit",
        deposit_fen=quoted.deposit_fen,
        rule=quoted.decision["rule"],
        other_way=quoted.decision["other_way"],
        told_at=reverse("obligations:one", args=[quoted.pk]),
    )


def not_found(what: str) -> ApiError:
    """Something that is not there, or not this app's."""
    return ApiError(
        404,
        f"{what}_unknown",
        f"There is no such {what} of this app.",
        remedy="Check the id, and that the key belongs to the same app.",
    )
