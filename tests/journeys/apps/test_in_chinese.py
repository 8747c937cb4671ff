"""Whoever reads Chinese reads Chinese, whatever language the one who booked or served reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_phones import Phone
from tests.market_phones import (
    at,
    booking_on,
    books,
    customer,
    later,
    opens,
    takes,
    tomorrow,
)
from zhima.city.doors.models import Contest
from zhima.city.market import counter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def in_chinese(phone: Phone) -> Phone:
    """The same person's phone, set to Chinese."""
    other = Phone(phone.person)
    other.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return other


@pytest.fixture
def ana() -> Phone:
    allowed = ["agreements", "door:car", "places"]
    return customer("Ana", fen=9000_00, score=700, car=allowed, restaurant=allowed)


def test_an_agreement_is_worded_for_whoever_reads_it(ana: Phone) -> None:
    desk = opens("car")
    car = booking_on(books(ana, "car", "little", tomorrow("car", "little"), freeze="no"))
    desk.does("start", car)
    desk.does("finish", car, amount_fen="400", text="a scratch")
    reader = in_chinese(ana)
    for page, *arguments in (
        ("obligations:mine",),
        ("obligations:one", car.obligation_id),
        ("doors:statement", counter.now().year),
        ("phone:history",),
        ("car:booking", car.pk),
        ("market:bookings",),
    ):
        text = reader.get(page, *arguments).text
        assert "小型车" in text, page
        assert "A small car" not in text, page
        assert "A small car" in ana.get(page, *arguments).text
    for page, *arguments in (
        ("obligations:mine",),
        ("obligations:one", car.obligation_id),
        ("car:booking", car.pk),
        ("car:offer", "little"),
        ("disclosure:feed",),
    ):
        text = reader.get(page, *arguments).text
        assert "莲花租车" in text, page
        assert "Lotus car rental" not in text, page
        assert "Lotus car rental" in ana.get(page, *arguments).text
    assert "已归还" in reader.get("obligations:one", car.obligation_id).text


def test_payments_of_bookings_are_worded_for_whoever_reads_them(ana: Phone) -> None:
    opens("tennis")
    court = booking_on(books(ana, "tennis", "court-2", tomorrow("tennis", "court-2")))
    reader = in_chinese(ana)
    assert "2号场" in reader.get("phone:history").text
    receipt = reader.get("pay:receipt", f"order:{court.order_id}:1")
    assert "2号场" in receipt.text
    assert "Court 2" not in receipt.text


def test_a_ride_asked_for_in_one_language_is_read_in_the_other(ana: Phone) -> None:
    desk = opens("taxi")
    ride = booking_on(books(ana, "taxi", "standard", start="station", goal="airport"))
    told = in_chinese(desk.keeper).get("taxi:serving", ride.pk).text
    assert "车站" in told
    assert "机场" in told
    assert "Airport" in desk.keeper.get("taxi:serving", ride.pk).text


def test_a_rent_and_a_place_that_was_given(ana: Phone) -> None:
    desk = opens("flat")
    lease = takes(ana, "flat", "one-room", count=3)
    desk.does("start", lease)
    opens("restaurant")
    window = tomorrow("restaurant", "window", "20:00")
    other = customer("Bo", score=610, restaurant=["places"])
    for diner in (ana, other):
        books(diner, "restaurant", "window", window, guests="2")
    with later(24), at(counter.now() + timedelta(seconds=1)):
        reader = in_chinese(ana)
        assert "柳巷一居室 · 2" in reader.get("obligations:mine").text
        statement = reader.get("doors:statement", counter.now().year).text
        assert "窗边雅座" in statement
        assert "window" not in statement
        place = Contest.objects.get()
        assert "灯笼酒家" in reader.get("doors:place", place.pk).text


def test_the_price_names_its_unit_in_both(ana: Phone) -> None:
    opens("hotel")
    slot = tomorrow("hotel", "single")
    assert "a night" in ana.get("hotel:offer", "single").text
    assert "每晚" in in_chinese(ana).get("hotel:offer", "single").text
    assert (
        "几晚" in in_chinese(ana).get("hotel:offer", "single", day=str(slot.starts_at.date())).text
    )
