"""A2: at 650 or more no deposit; below, 3,000.00 are frozen; a scratch costs 400.00 of it."""

from __future__ import annotations

import pytest

from tests.city_phones import Phone, resident, sum_of_all
from tests.market_phones import Desk, booking_on, books, opens, state_on, tomorrow
from zhima.city.obligations.models import Obligation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("each_ledger")]

DAY_FEN = 120_00


@pytest.fixture
def rental() -> Desk:
    return opens("car")


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=4000_00)


def test_a_scratched_return_settles_400_and_releases_the_rest(rental: Desk, ana: Phone) -> None:
    slot = tomorrow("car", "little")
    shown = books(ana, "car", "little", slot, freeze="yes")
    car = booking_on(shown)
    assert state_on(shown) == "booked"
    assert ana.balance_fen == 4000_00 - DAY_FEN
    rental.does("start", car, text="no scratch, full battery")
    back = rental.does("finish", car, amount_fen="400", text="a scratch on the door", severity="1")
    assert state_on(back) == "done"
    assert (ana.balance_fen, rental.till_fen) == (4000_00 - DAY_FEN - 400_00, DAY_FEN + 400_00)
    obligation = Obligation.objects.get()
    assert (obligation.state, obligation.collected_fen) == ("released", 400_00)
    page = ana.get("obligations:one", obligation.pk)
    assert "a scratch on the door" in page.text
    assert sum_of_all() == 0
