"""A4, A8, tools: what waits to be fetched is called off in time until it is, and missed later."""

from __future__ import annotations

import pytest

from tests.city_phones import resident
from tests.market_phones import (
    customer,
    does,
    kinds_about,
    later,
    opens,
    state_on,
    takes,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]

THINGS = {"flat": "one-room", "tools": "drill", "bike": "b-017"}


@pytest.mark.parametrize("app", THINGS)
def test_it_is_called_off_in_time_as_long_as_it_was_not_fetched(app: str) -> None:
    ana, desk = customer("Ana", fen=9000_00, **{app: ["agreements"]}), opens(app)
    taken = takes(ana, app, THINGS[app])
    with later(0.1):
        assert "cannot be done now" in desk.does("miss", taken).text
        assert state_on(does(ana, "cancel", taken)) == "cancelled"
    assert ana.balance_fen == 9000_00
    assert not {"booking.cancelled_late", "booking.missed"} & set(kinds_about(ana))
    assert takes(ana, app, THINGS[app]).state == "booked"


def test_who_never_fetches_it_is_said_not_to_have_come_a_day_later() -> None:
    ana, desk = resident("Ana", fen=100_00), opens("tools")
    taken = takes(ana, "tools", "drill", count=3)
    with later(1.1):
        assert state_on(desk.does("miss", taken)) == "missed"
    assert ana.balance_fen == 100_00
