"""What an app does as itself: its offers, and serving its customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router

from zhima.city.api.errors import ERRORS, ErrorOut
from zhima.city.market import serving
from zhima.city.market.api.answers import (
    SHOWN_WITH,
    booking_of,
    booking_out,
    not_found,
    offer_out,
)
from zhima.city.market.api.keys import AppToken
from zhima.city.market.api.shapes import (
    BookingList,
    BookingOut,
    FinishIn,
    OfferIn,
    OfferOut,
)
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.steps import Answer

router = Router(tags=["app"], auth=AppToken())
SHOWN = 50
ALL_ERRORS = ERRORS | {403}
BookingId = Annotated[str, Path(pattern="^[0-9a-f]{20}$")]
OfferKey = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]


@router.put(
    "/offers/{offer_key}",
    response={200: OfferOut, ALL_ERRORS: ErrorOut},
    operation_id="put_offer",
)
def put_offer(request: HttpRequest, offer_key: OfferKey, sent: OfferIn) -> OfferOut:
    """Offer something, or change what is offered under this key."""
    app: App = request.auth
    offer, _ = Offer.objects.update_or_create(
        app_id=app.pk,
        key=offer_key,
        defaults={
            "merchant_id": app.merchant_id,
            "title_en": sent.title.en,
            "title_zh": sent.title.zh,
            "price_fen": sent.price_fen,
            "pattern": sent.pattern.kept(),
            "facts": sent.facts(),
            "is_open": sent.is_open,
        },
    )
    return offer_out(offer)


@router.get(
    "/bookings", response={200: BookingList, ALL_ERRORS: ErrorOut}, operation_id="list_bookings"
)
def bookings(request: HttpRequest) -> BookingList:
    """The newest bookings of the app."""
    found = Booking.objects.filter(app_id=request.auth.pk).order_by("-made_at")
    shown = found.select_related(*SHOWN_WITH)[:SHOWN]
    return BookingList(bookings=[booking_out(each) for each in shown])


@router.post(
    "/bookings/{booking_id}/accept",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="accept_booking",
)
def accept(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """Promise to serve it; for apps whose manifest says that somebody accepts."""
    return _serve(request, booking_id, lambda app, b: serving.accept(app, b.pk, by=app.owner))


@router.post(
    "/bookings/{booking_id}/decline",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="decline_booking",
)
def decline(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """Say that it cannot be served; everything goes back."""
    return _serve(request, booking_id, lambda _, b: serving.decline(b.pk))


@router.post(
    "/bookings/{booking_id}/start",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="start_booking",
)
def start(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """The thing is handed out, the guest is there."""
    return _serve(request, booking_id, lambda app, b: serving.start(app, b.pk, by=_shop(b)))


@router.post(
    "/bookings/{booking_id}/finish",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="finish_booking",
)
def finish(request: HttpRequest, booking_id: BookingId, sent: FinishIn) -> BookingOut:
    """It is over: in order, or with damage of at most the deposit."""
    return _serve(
        request,
        booking_id,
        lambda app, b: serving.finish(
            app,
            b.pk,
            by=_shop(b),
            damage_fen=sent.damage_fen,
            reason=sent.reason,
            severity=sent.severity,
        ),
    )


@router.post(
    "/bookings/{booking_id}/miss",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="miss_booking",
)
def miss(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """Nobody came."""
    return _serve(request, booking_id, lambda app, b: serving.miss(app, b.pk, by=_shop(b)))


def _serve(
    request: HttpRequest, booking_id: str, act: Callable[[App, Booking], Answer]
) -> BookingOut:
    found = Booking.objects.select_related("offer").filter(app_id=request.auth.pk, pk=booking_id)
    booking = found.first()
    if booking is None:
        raise not_found("booking")
    return booking_of(act(request.auth, booking))


def _shop(booking: Booking) -> str:
    return f"shop:{booking.offer.merchant_id.hex}"
