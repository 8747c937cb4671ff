"""What becomes of a booking: paid, cancelled, accepted, started, done, missed, disputed, rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from zhima.city.clock import now
from zhima.city.market import contests, debts, inventory, money
from zhima.city.market.manifest import When
from zhima.city.market.models import App, Booking, Line, Rating
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.placing import confirm, let_go
from zhima.city.market.reporting import report_moment, report_rating
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, keep, move
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations import photos
from zhima.city.obligations.outcomes import Refused as AgreementRefused
from zhima.city.people.models import Person

FETCHED_WITHIN = timedelta(days=1)
"""How long a thing without times waits for whoever booked it, before they are said not to come."""


def pay(app: App, booking_id: str, *, payer: Person) -> Answer:
    """Pay one's part, or what is due after the service."""

    def work(booking: Booking) -> Refused | None:
        if booking.state not in (BookingState.UNPAID, BookingState.DONE):
            return Refused(Refusal.NOT_NOW)
        if _is_debt(booking):
            return Refused(Refusal.NOT_NOW)
        refused = money.open_order(booking, life_s=money.DEBT_LIFE_S)
        refused = refused or money.pay_part(booking, payer)
        if refused is None:
            keep(booking)
        return refused or confirm(app, booking)

    return act_on(booking_id, work)


def cancel(app: App, booking_id: str) -> Answer:
    """The customer calls it off: in time all money goes back, late the rules keep a part."""
    rules = app.manifest.booking

    def work(booking: Booking) -> Refused | None:
        if booking.state == BookingState.WISHED:
            return contests.withdraw(booking) or move(booking, BookingState.CANCELLED)
        if booking.state in (BookingState.ASKED, BookingState.UNPAID):
            refused = money.call_off(booking) or move(booking, BookingState.CANCELLED)
            if refused is None:
                let_go(booking)
            return refused
        ahead = (booking.starts_at or now()) - now()
        in_time = booking.is_untimed or ahead >= timedelta(hours=rules.free_until_hours)
        if booking.served_by_id is not None:
            in_time = False
        kept_fen = 0 if in_time else booking.price_fen * rules.kept_percent // 100
        to = BookingState.CANCELLED if in_time else BookingState.CANCELLED_LATE
        refused = move(booking, to)
        if refused is None and booking.order_id:
            back_fen = booking.price_fen - booking.refunded_fen - kept_fen
            refused = money.give_back(booking, back_fen, key=f"cancel-{booking.pk}")
        if refused is not None:
            return refused
        let_go(booking)
        keep(booking)
        when = When.CANCELLED if in_time else When.CANCELLED_LATE
        report_moment(app, booking, when, hours_ahead=int(ahead.total_seconds() // 3600))
        return None

    return act_on(booking_id, work)


def accept(app: App, booking_id: str, *, by: Person) -> Answer:
    """Somebody who serves takes it; of two at once one is told that it is gone."""

    def work(booking: Booking) -> Refused | None:
        if booking.person_id == by.pk:
            return Refused(Refusal.OWN_BOOKING)
        if booking.served_by_id is not None and booking.served_by_id != by.pk:
            return Refused(Refusal.SLOT_GONE)
        booking.served_by = by
        refused = move(booking, BookingState.BOOKED)
        if refused is None:
            report_moment(app, booking, When.BOOKED)
        return refused

    return act_on(booking_id, work)


def start(app: App, booking_id: str, *, by: str, condition: str = "") -> Answer:
    """It begins: the key is handed out, the guest is there, the ride starts."""

    def work(booking: Booking) -> Refused | None:
        if app.manifest.booking.pays == "before" and not money.is_paid(booking):
            return Refused(Refusal.NOT_NOW)
        refused = move(booking, BookingState.IN_USE)
        if refused is None and booking.obligation_id:
            answer = agreements.hand_out(
                booking.obligation_id, by=by, key=f"out-{booking.pk}", condition=condition
            )
            refused = _of(answer)
        if refused is None:
            deposit_fen = booking.obligation.deposit_fen if booking.obligation else None
            level = booking.offer.facts.get("level")
            report_moment(app, booking, When.STARTED, deposit_fen=deposit_fen, level=level)
        return refused

    return act_on(booking_id, work)


def finish(
    app: App,
    booking_id: str,
    *,
    by: str,
    damage_fen: int = 0,
    reason: str = "",
    severity: int = 0,
    photo: bytes = b"",
    price_fen: int | None = None,
    abandoned: bool = False,
    details: Mapping[str, Any] | None = None,
) -> Answer:
    """It is over: given back, in order or damaged; `price_fen` when only now the price is known.

    `photo` shows damage, for both sides of the agreement; `details` are kept with the booking's.
    """

    def work(booking: Booking) -> Refused | None:
        refused = move(booking, BookingState.DONE)
        if refused is not None:
            return refused
        if price_fen is not None:
            booking.price_fen = price_fen
        booking.details |= details or {}
        inventory.give_up(booking)
        refused = _show_photo(booking, by, photo)
        refused = refused or _end_agreement(booking, by, damage_fen, reason, severity)
        if refused is not None:
            return refused
        keep(booking)
        due_at = booking.ends_at if app.manifest.booking.hands_out else None
        facts = {
            "level": booking.offer.facts.get("level"),
            "days_late": max(0, (now() - due_at).days) if due_at else None,
            "obligation_id": booking.obligation_id,
        }
        when = When.ABANDONED if abandoned else When.DONE
        if damage_fen and app.manifest.kind_at(When.DAMAGED):
            when = When.DAMAGED
            facts["severity"] = severity or 1
        report_moment(app, booking, when, **facts)
        report_moment(app, booking, When.DRIVEN)
        return None

    return act_on(booking_id, work)


def miss(app: App, booking_id: str, *, by: str) -> Answer:
    """Nobody came. What was paid stays paid."""

    def work(booking: Booking) -> Refused | None:
        awaited = FETCHED_WITHIN if booking.is_untimed else timedelta()
        if booking.starts_at and booking.starts_at + awaited > now():
            return Refused(Refusal.NOT_NOW)
        refused = move(booking, BookingState.MISSED)
        if refused is None:
            let_go(booking)
            report_moment(app, booking, When.MISSED)
        return refused

    return act_on(booking_id, work)


def decline(booking_id: str) -> Answer:
    """The other side cannot do it: everything goes back, and it says nothing about anybody."""

    def work(booking: Booking) -> Refused | None:
        refused = money.call_off(booking) or move(booking, BookingState.REFUSED)
        if refused is None:
            let_go(booking)
        return refused

    return act_on(booking_id, work)


def dispute(app: App, booking_id: str, *, why: str) -> Answer:
    """The customer says that the price was wrong; the shop answers with `answer_dispute`."""

    def work(booking: Booking) -> Refused | None:
        if booking.state != BookingState.DONE or not booking.price_fen or _is_debt(booking):
            return Refused(Refusal.NOT_NOW)
        if booking.disputed_at is not None:
            return Refused(Refusal.DISPUTED_BEFORE)
        booking.disputed_at, booking.dispute = now(), why[:200]
        keep(booking)
        report_moment(app, booking, When.DISPUTED, reason="fare")
        return None

    return act_on(booking_id, work)


def answer_dispute(booking_id: str, *, back_fen: int) -> Answer:
    """The shop gives back a part of the price, or nothing, and the dispute is over."""

    def work(booking: Booking) -> Refused | None:
        if booking.disputed_at is None or booking.dispute_ended_at is not None:
            return Refused(Refusal.NOT_NOW)
        if not 0 <= back_fen <= booking.price_fen - booking.refunded_fen:
            return Refused(Refusal.OVER_PRICE)
        refused = _lower_price(booking, back_fen)
        if refused is None:
            booking.dispute_ended_at = now()
            keep(booking)
        return refused

    return act_on(booking_id, work)


def missing(booking_id: str, *, offer_key: str, pieces: int) -> Answer:
    """Something of a basket was not delivered: its money goes back."""

    def work(booking: Booking) -> Refused | None:
        line = Line.objects.filter(booking=booking, offer__key=offer_key).first()
        if line is None or booking.state not in (BookingState.IN_USE, BookingState.DONE):
            return Refused(Refusal.NOT_NOW)
        if not 0 < pieces <= line.pieces - line.missing:
            return Refused(Refusal.OVER_PRICE)
        line.missing += pieces
        key = f"missing-{line.pk}-{line.missing}"
        refused = money.give_back(booking, pieces * line.price_fen, key=key)
        if refused is None:
            line.save()
            keep(booking)
        return refused

    return act_on(booking_id, work)


def rate(app: App, booking_id: str, *, by: Person, of: Person, stars: int) -> Answer:
    """One side of a booking that is done says what it thought of the other, once."""

    def work(booking: Booking) -> Refused | None:
        if booking.state != BookingState.DONE or not app.manifest.booking.rates:
            return Refused(Refusal.NOT_NOW)
        if not 1 <= stars <= 5:
            return Refused(Refusal.STARS_OUT_OF_RANGE)
        if Rating.objects.filter(booking=booking, by=by).exists():
            return Refused(Refusal.RATED_BEFORE)
        Rating.objects.create(booking=booking, by=by, of=of, stars=stars, at=now())
        report_rating(app, booking, When.RATED, person=by, stars=stars)
        report_rating(app, booking, When.WAS_RATED, person=of, stars=stars)
        keep(booking)
        return None

    return act_on(booking_id, work)


def _end_agreement(
    booking: Booking, by: str, damage_fen: int, reason: str, severity: int
) -> Refused | None:
    if booking.obligation_id is None:
        return None
    key = f"back-{booking.pk}"
    refused = _of(agreements.give_back(booking.obligation_id, by=by, key=key, why=reason))
    if refused is not None:
        return refused
    return _of(
        agreements.claim(
            booking.obligation_id,
            amount_fen=damage_fen,
            reason=reason,
            severity=severity,
            by=by,
            key=f"claim-{booking.pk}",
        )
    )


def _show_photo(booking: Booking, by: str, photo: bytes) -> Refused | None:
    if not photo or booking.obligation is None:
        return None
    return _of(photos.show(booking.obligation, by=by, content=photo))


def _is_debt(booking: Booking) -> bool:
    """Whether the price is an agreement of its own by now: that is where it is paid."""
    return debts.of_booking(booking).filter(quote_key__startswith=debts.FARE).exists()


def _lower_price(booking: Booking, back_fen: int) -> Refused | None:
    if not back_fen:
        return None
    if money.is_paid(booking):
        return money.give_back(booking, back_fen, key=f"dispute-{booking.pk}")
    booking.price_fen -= back_fen
    if booking.order is not None:
        refused = money.call_off(booking)
        booking.order = None
        return refused
    return None


def _of(answer: object) -> Refused | None:
    return Refused(answer.reason) if isinstance(answer, AgreementRefused) else None
