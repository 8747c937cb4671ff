"""What an app does for one person, as far as her token and her consent let it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from zhima.city.api.errors import ApiError, ErrorOut
from zhima.city.api.schemas import Day
from zhima.city.clock import now
from zhima.city.consent.bearer import MeOut, me_of, need
from zhima.city.consent.purposes import MOST_A_DAY_FEN
from zhima.city.market import booking, contests, deposits, inventory, serving, upgrading
from zhima.city.market.api.answers import booking_of, not_found, offer_out, quote_out, refused
from zhima.city.market.api.for_apps import ALL_ERRORS, BookingId, OfferKey
from zhima.city.market.api.keys import Acting, PersonToken
from zhima.city.market.api.shapes import (
    AskIn,
    BookIn,
    BookingOut,
    EvidenceIn,
    OfferList,
    QuoteOut,
    SlotList,
    SlotOut,
    VerdictOut,
)
from zhima.city.market.models import STANDING, Booking, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.placing import Wish
from zhima.city.market.reporting import report_by_app
from zhima.city.people.models import Person

router = Router(tags=["person"], auth=PersonToken())
LONGEST_DUE = timedelta(days=400)


@router.get("/me", response={200: MeOut, ALL_ERRORS: ErrorOut}, operation_id="get_me")
def me(request: HttpRequest) -> MeOut:
    """Who this is, and what she permits now; no name, no number."""
    return me_of(request.auth.token)


@router.get("/offers", response={200: OfferList, ALL_ERRORS: ErrorOut}, operation_id="list_offers")
def offers(request: HttpRequest) -> OfferList:
    """What the app offers now."""
    found = Offer.objects.filter(app_id=request.auth.app.pk, is_open=True).order_by("place", "pk")
    return OfferList(offers=[offer_out(offer) for offer in found])


@router.get(
    "/offers/{offer_key}/slots",
    response={200: SlotList, ALL_ERRORS: ErrorOut},
    operation_id="list_slots",
)
def slots(
    request: HttpRequest, offer_key: OfferKey, day: Annotated[Day | None, Query()] = None
) -> SlotList:
    """The times of one day, today unless another of the next weeks is said."""
    offer = _offer(request.auth, offer_key)
    at, today = now(), timezone.localdate(now())
    wanted = min(max(day or today, today), today + timedelta(days=inventory.DAYS_AHEAD))
    found = inventory.slots(offer, day=wanted)
    return SlotList(
        slots=[
            SlotOut(
                slot_id=s.pk,
                starts_at=s.starts_at,
                ends_at=s.ends_at,
                free=0 if STANDING < s.starts_at <= at else s.free,
            )
            for s in found
        ]
    )


@router.post(
    "/quotes", response={200: QuoteOut, ALL_ERRORS: ErrorOut}, operation_id="ask_for_quote"
)
def quote(request: HttpRequest, sent: AskIn) -> QuoteOut:
    """Ask the door about the deposit; book with the same key to take the offer."""
    acting: Acting = request.auth
    acting.need("act:agree")
    if not now() < sent.due_at < now() + LONGEST_DUE:
        raise ApiError(
            409,
            "due_out_of_range",
            "A thing is due back within the next 400 days.",
            field="due_at",
            remedy="Send the time at which the thing is due back.",
        )
    quoted = deposits.quote(
        acting.app,
        person=acting.person,
        offer=_offer(acting, sent.offer),
        until=sent.due_at,
        key=acting.key(sent.key),
    )
    if quoted is None:
        return QuoteOut(outcome="none", deposit_fen=0)
    return quote_out(quoted)


@router.post("/bookings", response={201: BookingOut, ALL_ERRORS: ErrorOut}, operation_id="book")
def book(request: HttpRequest, sent: BookIn) -> Status[BookingOut]:
    """Book; a price is paid from the wallet in the same moment."""
    acting: Acting = request.auth
    acting.need("act:book")
    if sent.freeze is not None:
        acting.need("act:agree")
    offer = _offer(acting, sent.offer)
    if offer.price_fen and acting.app.manifest.booking.pays != "never":
        # Paid now, or owed afterwards and collected: either way it is her wallet.
        acting.need("act:pay")
    wish = _wish(acting.person, offer, sent, acting.key(sent.key))
    answer = wish if isinstance(wish, Refused) else booking.book(acting.app, wish)
    return Status(201, booking_of(answer))


@router.get(
    "/bookings/{booking_id}",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="get_booking",
)
def query(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """A booking of the person; a rule whose time has come decides it now."""
    return booking_of(upgrading.look(contests.look(_own(request.auth, booking_id))))


@router.post(
    "/bookings/{booking_id}/cancel",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="cancel_booking",
)
def cancel(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """Call it off, in time or late."""
    acting: Acting = request.auth
    acting.need("act:book")
    return booking_of(serving.cancel(acting.app, _own(acting, booking_id).pk))


@router.post(
    "/bookings/{booking_id}/pay",
    response={200: BookingOut, ALL_ERRORS: ErrorOut},
    operation_id="pay_booking",
)
def pay(request: HttpRequest, booking_id: BookingId) -> BookingOut:
    """Pay what is due after the service."""
    acting: Acting = request.auth
    acting.need("act:pay")
    found = _own(acting, booking_id)
    return booking_of(serving.pay(acting.app, found.pk, payer=acting.person))


@router.post(
    "/evidence", response={200: VerdictOut, ALL_ERRORS: ErrorOut}, operation_id="report_evidence"
)
def report(request: HttpRequest, sent: EvidenceIn) -> VerdictOut:
    """Report one declared kind of evidence about the person; consent decides whether it counts."""
    acting: Acting = request.auth
    declared = acting.app.manifest.declared(sent.kind)
    if declared is not None:
        need(acting.token, declared.purpose)
    answer = report_by_app(
        acting.app,
        person=acting.person,
        kind=sent.kind,
        event_id=f"{acting.sub[:12]}:{sent.event_id}",
        occurred_at=sent.occurred_at,
        amount_fen=sent.amount_fen,
        context=sent.context,
    )
    if isinstance(answer, Refused):
        raise refused(answer)
    return VerdictOut(verdict=answer)


def _wish(person: Person, offer: Offer, sent: BookIn, key: str) -> Wish | Refused:
    first = Slot.objects.filter(pk=sent.slot_id, offer=offer).first()
    if first is None:
        return Refused(Refusal.SLOT_UNKNOWN)
    wanted: Sequence[Slot] = [first]
    if "daily" in offer.pattern:
        wanted = inventory.run_of(offer, first, sent.count)
    until = wanted[-1].ends_at or now() + timedelta(days=sent.count)
    price_fen = offer.price_fen * sent.count
    return Wish(
        person,
        offer,
        key,
        wanted,
        price_fen,
        until,
        freeze=sent.freeze,
        most_a_day_fen=MOST_A_DAY_FEN,
    )


def _offer(acting: Acting, key: str) -> Offer:
    offer = Offer.objects.filter(app_id=acting.app.pk, key=key, is_open=True).first()
    if offer is None:
        raise not_found("offer")
    return offer


def _own(acting: Acting, booking_id: str) -> Booking:
    found = Booking.objects.filter(app_id=acting.app.pk, pk=booking_id, person=acting.person)
    booked = found.first()
    if booked is None:
        raise not_found("booking")
    return booked
