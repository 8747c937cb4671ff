"""A1, A7, A9: a doctor's half hour, a court shared by two, a table for an evening."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_phones import Phone, resident
from tests.market_phones import (
    allows,
    befriend,
    booking_on,
    books,
    customer,
    does,
    kinds_about,
    looks,
    opens,
    state_on,
    tomorrow,
)
from zhima.city import clock
from zhima.city.market.chores import pass_time
from zhima.city.scoring.models import Event
from zhima.engine.rulebook.never import barred

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


@pytest.fixture
def ana() -> Phone:
    """Somebody who wants a score, and lets the doctor's app report."""
    return customer("Ana", fen=200_00)


def test_a1_the_slot_is_gone_for_chen(ana: Phone) -> None:
    chen = resident("Chen")
    opens("doctor")
    slot = tomorrow("doctor", "dr-li", "10:30")
    assert state_on(books(ana, "doctor", "dr-li", slot)) == "booked"
    told = books(chen, "doctor", "dr-li", slot)
    assert (told.status, told.reason) == (422, "slot_gone")
    page = chen.client.get(f"/apps/doctor/offer/dr-li/?day={slot.starts_at.date()}")
    assert "Taken" in page.content.decode()


def test_a1_a_no_show_is_evidence_and_a_cancellation_in_time_is_not(ana: Phone) -> None:
    desk = opens("doctor")
    allows(ana, "doctor", "agreements")
    slot = tomorrow("doctor", "dr-li", "10:30")
    first = booking_on(books(ana, "doctor", "dr-li", slot))
    assert state_on(does(ana, "cancel", first)) == "cancelled"
    assert kinds_about(ana) == []
    second = booking_on(books(ana, "doctor", "dr-li", slot))
    assert "cannot be done now" in desk.does("miss", second).text
    with clock.pretending(clock.microseconds(slot.starts_at + timedelta(minutes=40))):
        assert state_on(desk.does("miss", second)) == "missed"
    assert kinds_about(ana) == ["booking.missed"]


def test_a1_nothing_medical_reaches_the_score(ana: Phone) -> None:
    desk = opens("doctor")
    allows(ana, "doctor", "agreements")
    shown = books(ana, "doctor", "dr-wen", tomorrow("doctor", "dr-wen", days=_weekday()))
    desk.does("finish", booking_on(shown))
    event = Event.objects.get(person_id=ana.person.pk)
    assert event.kind == "booking.kept"
    words = f"{event.kind} {event.context} {event.counterparty_id} {event.event_id}".lower()
    for secret in ("teeth", "wen", "practice", "general", *barred()["medical"].words):
        assert secret not in words
    assert "category" in str(event.context)


def test_without_consent_nothing_is_recorded(ana: Phone) -> None:
    desk = opens("doctor")
    shown = books(ana, "doctor", "dr-li", tomorrow("doctor", "dr-li"))
    desk.does("finish", booking_on(shown))
    assert kinds_about(ana) == []


def test_a7_the_fee_of_court_2_is_split_between_two(ana: Phone) -> None:
    chen, desk = resident("Chen", fen=100_00), opens("tennis")
    befriend(ana, chen)
    slot = tomorrow("tennis", "court-2", "18:00")
    shown = books(ana, "tennis", "court-2", slot, partner=chen.person.pk.hex)
    court = booking_on(shown)
    assert (state_on(shown), ana.balance_fen) == ("unpaid", 160_00)
    assert (shown.text.count('data-part="paid"'), shown.text.count('data-part="open"')) == (1, 1)
    assert f"/{court.pk}/pay/" not in shown.text, "nobody is asked for a part that is paid"
    assert "Court 2" in chen.get("market:bookings").text
    assert state_on(does(chen, "pay", court)) == "booked"
    assert (chen.balance_fen, desk.till_fen) == (60_00, 80_00)
    again = chen.client.post(f"/apps/tennis/booking/{court.pk}/cancel/")
    assert again.status_code == 404, "only who booked cancels"


def test_a7_half_a_fee_that_is_never_paid_goes_back_and_frees_the_court(ana: Phone) -> None:
    chen, _ = resident("Chen"), opens("tennis")
    befriend(ana, chen)
    slot = tomorrow("tennis", "court-2", "18:00")
    court = booking_on(books(ana, "tennis", "court-2", slot, partner=chen.person.pk.hex))
    assert "not enough" in does(chen, "pay", court).text.lower()
    with clock.pretending(clock.microseconds(clock.now() + timedelta(minutes=31))):
        assert pass_time() == 1
    court.refresh_from_db()
    assert (court.state, ana.balance_fen) == ("lapsed", 200_00)
    assert state_on(books(ana, "tennis", "court-2", slot)) == "booked"


def test_a7_late_cancellation_keeps_half_and_is_evidence(ana: Phone) -> None:
    desk = opens("tennis")
    allows(ana, "tennis", "agreements")
    slot = tomorrow("tennis", "court-2", "18:00")
    court = booking_on(books(ana, "tennis", "court-2", slot))
    with clock.pretending(clock.microseconds(slot.starts_at - timedelta(hours=3))):
        assert state_on(does(ana, "cancel", court)) == "cancelled_late"
    assert (ana.balance_fen, desk.till_fen) == (160_00, 40_00)
    assert kinds_about(ana) == ["booking.made", "booking.cancelled_late"]
    late = Event.objects.get(kind="booking.cancelled_late")
    assert '"hours_ahead": 3' in str(late.context).replace("'", '"')


def test_a7_a_stranger_is_not_made_to_pay(ana: Phone) -> None:
    opens("tennis")
    stranger = resident("Stranger", fen=100_00)
    slot = tomorrow("tennis", "court-2", "18:00")
    shown = books(ana, "tennis", "court-2", slot, partner=stranger.person.pk.hex)
    assert (booking_on(shown).partner, ana.balance_fen) == (None, 120_00)


def test_a9_a_table_is_kept_or_missed(ana: Phone) -> None:
    desk = opens("restaurant")
    allows(ana, "restaurant", "agreements")
    slot = tomorrow("restaurant", "for-two", "19:00")
    assert books(ana, "restaurant", "for-two", slot, guests="3").status == 422
    table = booking_on(books(ana, "restaurant", "for-two", slot, guests="2"))
    assert "Guests" in ana.get("restaurant:booking", table.pk).text
    assert state_on(desk.does("finish", table)) == "done"
    assert kinds_about(ana) == ["booking.made", "booking.kept"]


def test_a9_four_tables_and_no_fifth() -> None:
    opens("restaurant")
    slot = tomorrow("restaurant", "for-two", "19:00")
    told = [
        books(resident(f"Guest{n}"), "restaurant", "for-two", slot, guests="2").reason
        for n in range(5)
    ]
    assert told == ["", "", "", "", "slot_gone"]


def test_a_double_click_books_once(ana: Phone) -> None:
    opens("tennis")
    slot = tomorrow("tennis", "court-1", "09:00")
    key = looks(ana, "tennis", "court-1", slot).field("key")
    first, second = (booking_on(books(ana, "tennis", "court-1", slot, key=key)) for _ in range(2))
    assert (first.pk, ana.balance_fen) == (second.pk, 140_00)


def test_a_time_that_is_over_or_unknown_is_not_booked(ana: Phone) -> None:
    opens("doctor")
    slot = tomorrow("doctor", "dr-li", "10:30")
    with clock.pretending(clock.microseconds(slot.starts_at + timedelta(minutes=1))):
        assert books(ana, "doctor", "dr-li", slot).reason == "slot_over"
    for asked in ({"slot": "999999999"}, {"slot": "x"}, {}, {"slot": str(slot.pk), "count": "9"}):
        told = ana.client.get("/apps/doctor/book/dr-li/", asked)
        assert (told.status_code, told["Location"]) == (302, "/apps/doctor/offer/dr-li/")


def test_whoever_has_no_money_books_nothing_and_takes_no_place() -> None:
    opens("tennis")
    poor, rich = resident("Poor", fen=1), resident("Rich", fen=100_00)
    slot = tomorrow("tennis", "court-1", "09:00")
    assert books(poor, "tennis", "court-1", slot).reason == "not_enough"
    assert state_on(books(rich, "tennis", "court-1", slot)) == "booked"


def test_revoking_the_apps_consent_stops_its_reports(ana: Phone) -> None:
    desk = opens("restaurant")
    allows(ana, "restaurant", "agreements")
    slot = tomorrow("restaurant", "for-two", "19:00")
    table = booking_on(books(ana, "restaurant", "for-two", slot, guests="2"))
    allows(ana, "restaurant")
    desk.does("finish", table)
    assert kinds_about(ana) == ["booking.made"]


def test_the_sheet_ticks_nothing_by_itself(ana: Phone) -> None:
    sheet = ana.get("market:allow", "car")
    assert 'type="checkbox"' in sheet.text
    assert "checked" not in sheet.text
    allows(ana, "car", "agreements")
    assert ana.get("market:allow", "car").text.count("checked") == 1


def _weekday() -> int:
    """Days until a Monday to Friday that is not today."""
    today = clock.now().isoweekday()
    return next(n for n in range(1, 7) if (today + n - 1) % 7 + 1 <= 5)
