"""What can be done to a booking as it stands: the buttons of its page, for each side."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.market import debts, money
from zhima.city.market.models import App, Booking
from zhima.city.market.states import BookingState
from zhima.city.people.models import Person


@dataclass(frozen=True, slots=True)
class Button:
    """One act, its words, its glyph, and which fields it asks for."""

    act: str
    word: str | Promise
    icon: str
    style: str = ""
    asks: tuple[str, ...] = ()


PAY = Button("pay", _("Pay"), "wallet")
CANCEL = Button("cancel", _("Cancel the booking"), "x", "bad")
DISPUTE = Button("dispute", _("Dispute the price"), "scale", "quiet", ("text",))
RATE = Button("rate", _("Rate"), "star", "quiet", ("stars",))
ACCEPT = Button("accept", _("Accept"), "check")
DECLINE = Button("decline", _("Decline"), "x", "bad")
CAME = Button("finish", _("Came"), "check")
BEGIN = Button("start", _("Start the ride"), "check")
HAND_OUT = Button("start", _("Hand out"), "key", "", ("text",))
ENDED = Button("finish", _("Done"), "circle-check")
TAKE_BACK = Button("finish", _("All in order"), "circle-check")
DAMAGED = Button(
    "finish", _("Given back damaged"), "wrench", "bad", ("amount_fen", "text", "severity", "photo")
)
MISSED = Button("miss", _("Did not come"), "user-minus", "bad")
ANSWER = Button("answer", _("Answer the dispute"), "scale", "quiet", ("amount_fen",))
MISSING = Button("missing", _("Something is missing"), "minus", "quiet", ("line", "pieces"))


_CANCELLABLE = (
    BookingState.WISHED,
    BookingState.ASKED,
    BookingState.UNPAID,
    BookingState.BOOKED,
)


def customer_acts(
    app: App, booking: Booking, person: Person, known: Collection[str]
) -> list[Button]:
    """For those who booked."""
    found = _of_partner(booking, person) if person.pk != booking.person_id else _own(app, booking)
    return [button for button in found if button.act in known]


def desk_acts(app: App, booking: Booking, person: Person, known: Collection[str]) -> list[Button]:
    """For those who keep the shop."""
    return [button for button in _desk(app, booking, person) if button.act in known]


def _own(app: App, booking: Booking) -> Iterator[Button]:
    rules, state = app.manifest.booking, booking.state
    # What became a debt is paid, and contested, as an agreement.
    is_debt = debts.of_booking(booking).filter(quote_key__startswith=debts.FARE).exists()
    paid = is_debt or money.is_paid(booking) or money.has_paid(booking, booking.person)
    if not paid and state in (BookingState.UNPAID, BookingState.DONE):
        yield PAY
    if state in _CANCELLABLE:
        yield CANCEL
    if state == BookingState.DONE:
        open_price = booking.price_fen and booking.disputed_at is None
        if rules.pays == "after" and open_price and not is_debt:
            yield DISPUTE
        if rules.rates and not _has_rated(booking, booking.person_id):
            yield RATE


def _of_partner(booking: Booking, person: Person) -> Iterator[Button]:
    if booking.state == BookingState.UNPAID and not money.has_paid(booking, person):
        yield PAY


def _desk(app: App, booking: Booking, person: Person) -> Iterator[Button]:
    rules, state = app.manifest.booking, booking.state
    if state == BookingState.ASKED:
        yield ACCEPT
        yield DECLINE
    elif state == BookingState.BOOKED:
        yield HAND_OUT if rules.hands_out else BEGIN if rules.accepts else CAME
        yield MISSED
    elif state == BookingState.IN_USE:
        yield TAKE_BACK if rules.hands_out else ENDED
        if booking.obligation_id:
            yield DAMAGED
    elif state == BookingState.DONE:
        if booking.disputed_at is not None and booking.dispute_ended_at is None:
            yield ANSWER
        if rules.rates and booking.served_by_id and not _has_rated(booking, person.pk):
            yield RATE
    if state in (BookingState.IN_USE, BookingState.DONE) and booking.lines.exists():
        yield MISSING


def _has_rated(booking: Booking, person_id: object) -> bool:
    return booking.ratings.filter(by=person_id).exists()
