"""A1-A3, A6-A9: each app with times called off in time, called off late, and never come to."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.city_phones import Phone, sum_of_all
from tests.market_phones import (
    Desk,
    at,
    booking_on,
    books,
    customer,
    does,
    kinds_about,
    opens,
    state_on,
    tomorrow,
)
from zhima.city.market.inventory import is_free
from zhima.city.market.models import Booking, Slot
from zhima.city.wallet import books as ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]
FEN = 9000_00


class Case(NamedTuple):
    """What an app's manifest comes to for whoever does not come."""

    offer: str
    price_fen: int
    kept_fen: int
    """Of the price after a late cancellation."""
    in_time: tuple[str, ...] = ()
    late: tuple[str, ...] = ("booking.cancelled_late",)
    missed: tuple[str, ...] = ("booking.missed",)
    said: tuple[tuple[str, str], ...] = ()


CASES = {
    "doctor": Case("dr-li", 0, 0, late=()),
    "car": Case("little", 120_00, 36_00, said=(("freeze", "yes"),)),
    "plane": Case("ha812-c", 1804_00, 1082_40, late=(), missed=()),
    "groceries": Case(
        "delivery", 9_80, 1_96, ("order.cancelled",), (), (), said=(("address", "Willow lane 3"),)
    ),
    "tennis": Case("court-1", 60_00, 30_00),
    "hotel": Case("double", 390_00, 195_00, said=(("freeze", "yes"),)),
    "restaurant": Case("for-two", 0, 0, said=(("guests", "2"),)),
    "train": Case("d2207-first", 154_00, 30_80, late=(), missed=()),
}
UNREMARKABLE = ("obligation.", "deposit.", "payment.", "ticket.", "booking.made", "order.placed")


def taken(app: str, days: int) -> tuple[Phone, Desk, Booking, Slot]:
    """Somebody new books a slot of an app whose shop is open."""
    case = CASES[app]
    ana, desk = customer("Ana", fen=FEN, **{app: ["agreements"]}), opens(app)
    if app == "groceries":
        ana.post("groceries:basket", apples="1")
    slot = tomorrow(app, case.offer, days=days)
    booked = booking_on(books(ana, app, case.offer, slot, **dict(case.said)))
    assert (booked.state, ana.balance_fen) == ("booked", FEN - case.price_fen)
    return ana, desk, booked, slot


def told(phone: Phone) -> tuple[str, ...]:
    return tuple(kind for kind in kinds_about(phone) if not kind.startswith(UNREMARKABLE))


def frozen_fen(phone: Phone) -> int:
    return ledger.account(phone.person).pending_debits_fen


@pytest.mark.parametrize("app", CASES)
def test_called_off_in_time_everything_goes_back(app: str) -> None:
    ana, desk, booked, slot = taken(app, days=4)
    assert state_on(does(ana, "cancel", booked)) == "cancelled"
    assert (ana.balance_fen, desk.till_fen, frozen_fen(ana)) == (FEN, 0, 0)
    assert is_free(slot)
    assert told(ana) == CASES[app].in_time
    assert "cannot be done now" in does(ana, "cancel", booked).text


@pytest.mark.parametrize("app", CASES)
def test_called_off_late_a_part_is_kept_as_the_manifest_says(app: str) -> None:
    ana, desk, booked, slot = taken(app, days=4)
    with at(slot.starts_at - timedelta(minutes=20)):
        assert state_on(does(ana, "cancel", booked)) == "cancelled_late"
    kept_fen = CASES[app].kept_fen
    assert (ana.balance_fen, desk.till_fen, frozen_fen(ana)) == (FEN - kept_fen, kept_fen, 0)
    assert told(ana) == CASES[app].late
    assert (is_free(slot), sum_of_all()) == (True, 0)


@pytest.mark.parametrize("app", CASES)
def test_whoever_never_comes_has_paid_and_gets_the_deposit_back(app: str) -> None:
    ana, desk, booked, slot = taken(app, days=4)
    with at(slot.starts_at - timedelta(minutes=1)):
        assert "cannot be done now" in desk.does("miss", booked).text
    with at(slot.starts_at + timedelta(minutes=20)):
        assert state_on(desk.does("miss", booked)) == "missed"
    price_fen = CASES[app].price_fen
    assert (ana.balance_fen, desk.till_fen, frozen_fen(ana)) == (FEN - price_fen, price_fen, 0)
    assert told(ana) == CASES[app].missed
