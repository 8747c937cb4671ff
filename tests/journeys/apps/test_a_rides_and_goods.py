"""A3, A4, A5, A6, A9: seats, bikes, taxis and groceries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.city_phones import Phone, resident, sum_of_all
from tests.market_phones import (
    Desk,
    allows,
    booking_on,
    books,
    customer,
    does,
    kinds_about,
    looks,
    offer,
    opens,
    state_on,
    takes,
    tomorrow,
)
from zhima.city import clock
from zhima.city.market.models import Booking
from zhima.city.obligations.models import Obligation
from zhima.city.scoring.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


@pytest.fixture
def ana() -> Phone:
    return customer("Ana", fen=2000_00)


@pytest.fixture
def bikes() -> Desk:
    return opens("bike")


def rides(phone: Phone) -> Booking:
    """Scan the code on bike 17, agree to the deposit, unlock."""
    scanned = phone.scan("zhima-app:bike:b-017")
    assert scanned.url == "/apps/bike/offer/b-017/"
    ride = takes(phone, "bike", "b-017")
    assert state_on(does(phone, "unlock", ride)) == "in_use"
    return ride


def test_a4_scan_unlock_ride_lock_and_pay_1_50(ana: Phone, bikes: Desk) -> None:
    allows(ana, "bike", "agreements")
    ride = rides(ana)
    assert ana.scan("zhima-app:bike:b-017").text.count("Not here now") == 1
    assert state_on(does(ana, "lock", ride, spot="station")) == "done"
    assert (ana.balance_fen, bikes.till_fen, sum_of_all()) == (2000_00 - 150, 150, 0)
    assert Obligation.objects.get().state == "released"
    assert [k for k in kinds_about(ana) if k.startswith("ride")] == ["ride.taken"]
    assert "Not here now" not in ana.scan("zhima-app:bike:b-017").text


def test_a4_a_bike_abandoned_outside_the_zone_is_evidence(ana: Phone, bikes: Desk) -> None:
    allows(ana, "bike", "agreements")
    ride = rides(ana)
    assert state_on(does(ana, "lock", ride, spot="on the moon")) == "in_use"
    locked = does(ana, "lock", ride, spot="outside")
    assert "Outside the zones: that is evidence" in locked.text
    assert [k for k in kinds_about(ana) if k.startswith("ride")] == ["ride.abandoned"]


def test_a4_a_code_of_no_bike_leads_nowhere(ana: Phone, bikes: Desk) -> None:
    assert ana.scan("zhima-app:bike:none").status == 404
    assert ana.scan("zhima-app:nothing:b-017").reason == "not_a_code"


@pytest.fixture
def taxis() -> tuple[Desk, Phone]:
    """The co-operative and one of its drivers, who wants a score too."""
    desk, driver = opens("taxi"), customer("Bo", taxi=["agreements", "ratings"])
    desk.hires(driver)
    return desk, driver


def drives(driver: Phone, act: str, booking: Booking, **said: object) -> str:
    return state_on(driver.post("taxi:serve", booking.pk, act, **said))


def test_a5_request_accept_drive_pay_and_rate(ana: Phone, taxis: tuple[Desk, Phone]) -> None:
    desk, driver = taxis
    allows(ana, "taxi", "agreements", "ratings")
    fares = ana.get("taxi:front", start="station", goal="airport").text
    assert re.search(r"70\.80", fares)
    ride = booking_on(books(ana, "taxi", "standard", start="station", goal="airport"))
    assert ride.state == "asked"
    assert drives(driver, "accept", ride) == "booked"
    told = desk.does("accept", ride).text
    assert "Somebody was faster" in told or "cannot be done now" in told
    assert "Bo" in ana.get("taxi:booking", ride.pk).text
    assert drives(driver, "start", ride) == "in_use"
    assert drives(driver, "finish", ride) == "done"
    assert ana.balance_fen == 2000_00, "paid on arrival, not before"
    assert re.search(r"data-fare> · Open", ana.get("taxi:booking", ride.pk).text)
    assert re.search(r"data-fare> · Paid", does(ana, "pay", ride).text)
    assert (ana.balance_fen, desk.till_fen) == (2000_00 - 70_80, 70_80)
    does(ana, "rate", ride, stars="5")
    assert "rated this already" in does(ana, "rate", ride, stars="1").text
    drives(driver, "rate", ride, stars="4")
    assert kinds_about(ana) == ["ride.taken", "rating.given", "rating.received"]
    assert kinds_about(driver) == ["ride.driven", "rating.received", "rating.given"]
    marks = Event.objects.filter(kind="rating.received").order_by("seq")
    assert [mark.context["rating"] for mark in marks] == [10, 5]


def test_a5_a_fare_can_be_disputed(ana: Phone, taxis: tuple[Desk, Phone]) -> None:
    desk, driver = taxis
    allows(ana, "taxi", "agreements")
    ride = booking_on(books(ana, "taxi", "standard", start="station", goal="market"))
    for act in ("accept", "start", "finish"):
        drives(driver, act, ride)
    does(ana, "pay", ride)
    paid_fen = 2000_00 - ana.balance_fen
    does(ana, "dispute", ride, text="he went round the lake")
    assert "fare.disputed" in kinds_about(ana)
    assert "he went round the lake" in desk.keeper.get("taxi:serving", ride.pk).text
    assert "No more than was paid" in desk.does("answer", ride, amount_fen="900").text
    desk.does("answer", ride, amount_fen="3")
    assert 2000_00 - ana.balance_fen == paid_fen - 3_00
    assert "cannot be done now" in desk.does("answer", ride, amount_fen="3").text


def test_a5_nobody_drives_himself_and_a_driver_sent_away_is_evidence(
    ana: Phone, taxis: tuple[Desk, Phone]
) -> None:
    _, driver = taxis
    own = booking_on(books(driver, "taxi", "standard", start="market", goal="station"))
    assert drives(driver, "accept", own) == "asked"
    allows(ana, "taxi", "agreements")
    early = booking_on(books(ana, "taxi", "standard", start="market", goal="station"))
    assert state_on(does(ana, "cancel", early)) == "cancelled"
    assert kinds_about(ana) == []
    late = booking_on(books(ana, "taxi", "standard", start="market", goal="station"))
    drives(driver, "accept", late)
    assert state_on(does(ana, "cancel", late)) == "cancelled_late"
    assert kinds_about(ana) == ["ride.cancelled_late"]


def test_a5_a_ride_to_nowhere_is_not_asked_for(ana: Phone, taxis: tuple[Desk, Phone]) -> None:
    for ends in ({"start": "market", "goal": "market"}, {"start": "market"}, {"goal": "moon"}):
        told = ana.client.get("/apps/taxi/book/standard/", ends)
        assert told.status_code == 302


@pytest.fixture
def grocer() -> Desk:
    return opens("groceries")


def orders(phone: Phone, **basket: str) -> Booking:
    chosen = phone.post("groceries:basket", **basket)
    assert chosen.url == "/apps/groceries/offer/delivery/"
    slot = tomorrow("groceries", "delivery", "18:00")
    return booking_on(books(phone, "groceries", "delivery", slot, address="Willow lane 3"))


def test_a6_basket_slot_payment_delivery_and_a_refund(ana: Phone, grocer: Desk) -> None:
    allows(ana, "groceries", "agreements")
    basket = orders(ana, apples="2", eggs="1")
    assert (ana.balance_fen, offer("groceries", "apples").stock) == (2000_00 - 34_10, 38)
    assert "Willow lane 3" in grocer.keeper.get("groceries:serving", basket.pk).text
    assert state_on(grocer.does("finish", basket)) == "done"
    grocer.does("missing", basket, text="eggs", pieces="1")
    assert ana.balance_fen == 2000_00 - 19_60
    assert "No more than was paid" in grocer.does("missing", basket, text="eggs", pieces="1").text
    assert kinds_about(ana) == ["order.placed", "order.delivered"]
    words = str(list(Event.objects.values_list("context", flat=True))).lower()
    assert "apple" not in words, "goods by name are no evidence"
    assert "egg" not in words


def test_a6_what_is_sold_out_or_empty_is_not_ordered(ana: Phone, grocer: Desk) -> None:
    shelf_of = offer("groceries", "tofu")
    shelf_of.stock = 1
    shelf_of.save()
    ana.post("groceries:basket", tofu="2", rice="1")
    slot = tomorrow("groceries", "delivery", "18:00")
    told = books(ana, "groceries", "delivery", slot, address="Willow lane 3")
    assert told.reason == "not_in_stock"
    assert (ana.balance_fen, offer("groceries", "rice").stock) == (2000_00, 30)
    ana.post("groceries:basket", tofu="0")
    asked = {"slot": str(slot.pk)}
    assert ana.client.get("/apps/groceries/book/delivery/", asked).status_code == 302


def test_a6_a_cancelled_order_goes_back_on_the_shelf(ana: Phone, grocer: Desk) -> None:
    basket = orders(ana, rice="3")
    assert state_on(does(ana, "cancel", basket)) == "cancelled"
    assert (ana.balance_fen, offer("groceries", "rice").stock) == (2000_00, 30)


def test_a3_a_flight_is_found_paid_and_flown_with_an_e_ticket(ana: Phone) -> None:
    desk = opens("plane")
    allows(ana, "plane", "agreements")
    found = ana.client.get("/apps/plane/", {"from": "Chengdu", "to": "Shanghai"}).content.decode()
    assert "HA812" in found
    assert "HA813" not in found
    flight = booking_on(books(ana, "plane", "ha812", tomorrow("plane", "ha812")))
    assert (ana.balance_fen, flight.seat) == (2000_00 - 820_00, "1 · 1A")
    page = ana.get("plane:booking", flight.pk)
    ticket = re.search(r"/pay/tickets/([0-9a-f]{20})/", page.text)[1]  # type: ignore[index]
    text = ana.get("pay:ticket", ticket).code
    gate = desk.keeper.post("pay:gate", desk.shop.pk, text=text)
    assert f'data-admitted="{ticket}"' in gate.text
    assert desk.keeper.post("pay:gate", desk.shop.pk, text=text).reason == "ticket_used"
    assert kinds_about(ana) == ["ticket.bought"]


def test_a9_two_on_one_train_sit_on_different_seats_and_a_refund_voids_the_ticket(
    ana: Phone,
) -> None:
    desk, chen = opens("train"), resident("Chen", fen=200_00)
    run = tomorrow("train", "d2207", "08:10")
    first = booking_on(books(ana, "train", "d2207", run))
    second = booking_on(books(chen, "train", "d2207", run))
    assert (first.seat, second.seat) == ("1 · 1A", "1 · 1B")
    page = ana.get("train:booking", first.pk)
    ticket = re.search(r"/pay/tickets/([0-9a-f]{20})/", page.text)[1]  # type: ignore[index]
    text = ana.get("pay:ticket", ticket).code
    does(ana, "cancel", first)
    assert ana.balance_fen == 2000_00
    assert desk.keeper.post("pay:gate", desk.shop.pk, text=text).reason == "ticket_void"
    third = booking_on(books(resident("Mei", fen=200_00), "train", "d2207", run))
    assert third.seat == "1 · 1A", "a seat that was given back is sold again"


def test_a9_a_train_that_left_is_not_sold(ana: Phone) -> None:
    opens("train")
    run = tomorrow("train", "d2207", "08:10")
    with clock.pretending(clock.microseconds(run.starts_at + timedelta(seconds=1))):
        assert books(ana, "train", "d2207", run).reason == "slot_over"
    assert looks(ana, "train", "d2207", run).status == 200
