"""B2 and B3 where people book: the table at the window, and better seats and rooms drawn."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.city_phones import Phone, resident
from tests.market_phones import (
    Desk,
    at,
    booking_on,
    books,
    customer,
    does,
    kinds_about,
    looks,
    offer,
    opens,
    state_on,
    tomorrow,
)
from zhima.city import clock
from zhima.city.disclosure.feed import feed
from zhima.city.doors import places, upgrades
from zhima.city.doors.models import Contest, Draw
from zhima.city.market import chores
from zhima.city.market.models import Booking, Slot
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.doors.places import OTHER_WAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def after_a_minute() -> datetime:
    return clock.now() + timedelta(seconds=61)


def diner(name: str, score: int, *, shares: bool = True) -> Phone:
    allowed = {"restaurant": ("agreements", "places")} if shares else {}
    return customer(name, score=score, **allowed)


@pytest.fixture
def lantern() -> Desk:
    return opens("restaurant")


@pytest.fixture
def window(lantern: Desk) -> Slot:
    return tomorrow("restaurant", "window", "20:00")


def asks(phone: Phone, slot: Slot) -> Booking:
    return booking_on(books(phone, "restaurant", "window", slot, guests="2"))


def test_b2_720_gets_the_window_over_610_who_is_told_rule_gap_and_the_other_way(
    lantern: Desk, window: Slot
) -> None:
    high, low = diner("High", 720), diner("Low", 610)
    assert "the highest score gets it" in looks(low, "restaurant", "window", window).text
    first, second = asks(low, window), asks(high, window)
    assert {first.state, second.state} == {"wished"}
    waiting = low.get("restaurant:booking", first.pk)
    assert 'data-outcome="waiting"' in waiting.text
    assert "live:places" in waiting.text
    assert lantern.keeper.get("restaurant:desk").text.count("table at the window") == 0
    with at(after_a_minute()):
        lost, won = (
            low.get("restaurant:booking", first.pk),
            high.get("restaurant:booking", second.pk),
        )
    assert (state_on(lost), state_on(won)) == ("lost", "booked")
    assert "places by score" in lost.text
    assert 'data-gap="110"' in lost.text
    assert "has 110 points more" in lost.text
    assert "The other way" in lost.text
    assert OTHER_WAY.en in html.unescape(lost.text)
    assert "/apps/restaurant/offer/window/" in lost.text
    assert high.person.name not in lost.text
    assert "data-gap" not in won.text
    looks_at = {(look.reader_kind, look.reader_name, look.purpose) for look in feed(high.person)}
    assert looks_at == {("app", lantern.shop.name, "places")}
    assert (kinds_about(high), kinds_about(low)) == (["booking.made"], [])
    assert "table at the window" in lantern.keeper.get("restaurant:desk").text


def test_b2_with_one_wish_no_score_is_read_and_the_place_is_then_gone(
    lantern: Desk, window: Slot
) -> None:
    alone, late = diner("Alone", 610), diner("Late", 900)
    booking = asks(alone, window)
    with at(after_a_minute()):
        assert state_on(alone.get("restaurant:booking", booking.pk)) == "booked"
        told = books(late, "restaurant", "window", window, guests="2")
    assert (told.status, told.reason) == (422, "slot_gone")
    assert feed(alone.person) == feed(late.person) == []


def test_b2_consent_is_asked_where_it_counts_and_without_it_nobody_is_read(
    lantern: Desk, window: Slot
) -> None:
    shy, low = diner("Shy", 900, shares=False), diner("Low", 400)
    page = looks(shy, "restaurant", "window", window)
    assert "You do not let your score be looked at" in page.text
    assert "/market/allow/restaurant/" in page.text
    sheet = shy.get("market:allow", "restaurant")
    assert 'value="places"' in sheet.text
    assert "checked" not in sheet.text
    first, second = asks(shy, window), asks(low, window)
    with at(after_a_minute()):
        assert state_on(shy.get("restaurant:booking", first.pk)) == "lost"
        assert state_on(low.get("restaurant:booking", second.pk)) == "booked"
    assert [look.refusal for look in feed(shy.person)] == ["no_grant"]
    assert "You do not let" not in looks(low, "restaurant", "window", window).text


def test_b2_a_wish_is_taken_back_and_a_table_given_back_is_contested_anew(
    lantern: Desk, window: Slot
) -> None:
    high, low = diner("High", 720), diner("Low", 610)
    wish = asks(high, window)
    assert state_on(does(high, "cancel", wish)) == "cancelled"
    assert not Contest.objects.exists()
    kept, gone = asks(low, window), asks(high, window)
    with at(after_a_minute()):
        assert places.decide_due() == 1
        assert (state_on(low.get("restaurant:booking", kept.pk))) == "lost"
        assert state_on(does(high, "cancel", gone)) == "cancelled"
        again = asks(low, window)
        assert again.state == "wished"
        with at(after_a_minute()):
            assert state_on(low.get("restaurant:booking", again.pk)) == "booked"


def test_b2_two_clicks_are_one_wish_and_what_a_dead_process_left_is_finished(
    lantern: Desk, window: Slot
) -> None:
    low = diner("Low", 610)
    assert asks(low, window).pk == asks(low, window).pk
    booking = Booking.objects.get()
    with at(after_a_minute()):
        Contest.objects.update(decided_at=clock.now())
        contest_wish = booking.place_wish
        contest_wish.outcome = "won"
        contest_wish.save()
        assert chores.pass_time() == 1
        booking.refresh_from_db()
        assert booking.state == "booked"


def test_b2_under_a_rulebook_that_compares_nobody_the_first_has_it_at_once(
    lantern: Desk, window: Slot
) -> None:
    high, low = diner("High", 720), diner("Low", 610)
    RulebookInForce.objects.create(
        name="gdpr", state="in_force", drafted_at=clock.now(), since=clock.moment(0)
    )
    page = looks(low, "restaurant", "window", window).text
    assert "Whoever asks first gets it" in page
    assert asks(low, window).state == "booked"
    assert books(high, "restaurant", "window", window, guests="2").reason == "slot_gone"
    assert feed(high.person) == feed(low.person) == []


def test_an_ordinary_table_goes_to_the_first(lantern: Desk) -> None:
    low = diner("Low", 610)
    slot = tomorrow("restaurant", "for-two", "19:00")
    assert "data-place-rule" not in looks(low, "restaurant", "for-two", slot).text
    assert state_on(books(low, "restaurant", "for-two", slot, guests="2")) == "booked"


def traveller(app: str, name: str, score: int, *purposes: str) -> Phone:
    return customer(name, fen=9000_00, score=score, **{app: purposes})


RUNS = {
    # app: offer, the better one, hours before which the list closes, what the upgrade is worth
    "plane": ("ha812", "ha812-c", 24, 984_00),
    "train": ("d2207", "d2207-first", 12, 58_00),
    "hotel": ("single", "double", 24, 130_00),
}


def books_run(phone: Phone, app: str, slot: Slot, **more: object) -> Booking:
    if app == "hotel":
        more["freeze"] = "yes"
    return booking_on(books(phone, app, RUNS[app][0], slot, **more))


@pytest.mark.parametrize("app", RUNS)
def test_b3_what_is_left_of_the_better_places_is_drawn_among_those_who_booked(
    app: str, tmp_path: Path
) -> None:
    key, better, hours, worth_fen = RUNS[app]
    opens(app)
    slot = tomorrow(app, key, days=3)
    ana = traveller(app, "Ana", 720, "agreements", "upgrades")
    bo = traveller(app, "Bo", 720)
    page = looks(ana, app, key, slot).text
    assert "is drawn among those who booked" in page
    assert "5 to 50 %" in page
    assert "nobody may look at yours, so it is 5 %" in looks(bo, app, key, slot).text
    first, second = books_run(ana, app, slot), books_run(bo, app, slot)
    draw = Draw.objects.get()
    assert draw.worth_fen == worth_fen
    assert draw.closes_at == slot.starts_at - timedelta(hours=hours)
    assert {ticket.person.name: ticket.percent for ticket in draw.tickets.all()} == {
        "Ana": 50,
        "Bo": 5,
    }
    assert "upgrades" in {look.purpose for look in feed(ana.person) if not look.refusal}
    waiting = ana.get(f"{app}:booking", first.pk)
    assert 'data-ticket="waiting"' in waiting.text
    assert "with a chance of 50 %" in waiting.text
    draw.tickets.filter(person=ana.person).update(percent=100)
    draw.tickets.filter(person=bo.person).update(percent=0)
    with at(draw.closes_at + timedelta(seconds=1)):
        won, lost = ana.get(f"{app}:booking", first.pk), bo.get(f"{app}:booking", second.pk)
        assert 'data-ticket="won"' in won.text
        assert "data-upgraded" in won.text
        assert offer(app, better).title_en in won.text
        assert 'data-ticket="lost"' in lost.text
        assert re.search(r"drew [\d.]+ of 100; below its chance of 0 it wins", lost.text)
        published = ana.client.get(f"/doors/draws/{draw.pk}.json").content
        assert draw.commitment in bo.get("doors:draw", draw.pk).text
    first.refresh_from_db()
    assert first.upgraded_to == offer(app, better)
    assert {claim.slot.offer for claim in first.claims.all()} == {first.upgraded_to}
    assert kinds_about(ana).count("ticket.upgraded") == (app != "hotel")
    assert redrawn(published, tmp_path)
    statement = ana.get("doors:statement", clock.now().year)
    assert f"{worth_fen / 100:,.2f}" in statement.text


def redrawn(published: bytes, folder: Path) -> bool:
    """Whether anybody with the file comes to the same draw."""
    from zhima.cli.app import app

    path = folder / "draw.json"
    path.write_bytes(published)
    assert json.loads(published)["seed"]
    return CliRunner().invoke(app, ["doors", "redraw", str(path)]).exit_code == 0


def test_b3_the_winner_sits_elsewhere_her_ticket_says_so_and_her_old_seat_is_sold_again() -> None:
    desk = opens("plane")
    slot = tomorrow("plane", "ha812", days=3)
    ana = traveller("plane", "Ana", 720, "upgrades")
    flight = books_run(ana, "plane", slot)
    assert flight.seat == "1 · 1A"
    draw = Draw.objects.get()
    draw.tickets.update(percent=100)
    with at(draw.closes_at):
        assert upgrades.draw_due() == 1
        flight.refresh_from_db()
        assert flight.seat == "C · 1A"
        page = ana.get("plane:booking", flight.pk).text
        ticket = re.search(r"/pay/tickets/([0-9a-f]{20})/", page)[1]  # type: ignore[index]
        shown = ana.get("pay:ticket", ticket)
        assert "C · 1A" in shown.text
        gate = desk.keeper.post("pay:gate", desk.shop.pk, text=shown.code)
        assert f'data-admitted="{ticket}"' in gate.text
        chen = resident("Chen", fen=9000_00)
        assert books_run(chen, "plane", slot).seat == "1 · 1A"
        assert Booking.objects.get(person=chen.person).upgrade is None, "the list was closed"


def test_b3_no_more_is_drawn_than_is_left_and_whoever_cancelled_is_off_the_list() -> None:
    opens("train")
    slot, first_class = tomorrow("train", "d2207", days=3), tomorrow("train", "d2207-first", days=3)
    people = [traveller("train", f"P{n}", 720, "upgrades") for n in range(5)]
    rides = [books_run(person, "train", slot) for person in people]
    rich = resident("Rich", fen=9000_00)
    for _ in range(3):
        assert state_on(books(rich, "train", "d2207-first", first_class)) == "booked"
    assert not Draw.objects.filter(slot__startswith="d2207-first").exists()
    does(people[0], "cancel", rides[0])
    draw = Draw.objects.get()
    assert (draw.places, draw.tickets.count()) == (4, 4)
    draw.tickets.update(percent=100)
    Booking.objects.filter(pk=rides[1].pk).update(state="cancelled")
    with at(draw.closes_at):
        assert upgrades.draw_due() == 1
    draw.refresh_from_db()
    assert (draw.places, draw.tickets.count()) == (1, 3)
    assert Booking.objects.filter(upgraded_to__key="d2207-first").count() == 1
    told = [upgrades.told(ticket) for ticket in draw.tickets.all()]
    assert sum(each.was_too_late for each in told) == 2
    loser = next(each.ticket for each in told if each.was_too_late)
    phone = next(person for person in people if person.person == loser.person)
    with at(draw.closes_at):
        page = phone.get("train:booking", loser.booking.pk)
    assert "Luckier tickets took all the places" in page.text


def test_b3_a_second_seat_brings_no_second_chance_and_a_lost_ticket_is_given_late() -> None:
    opens("train")
    slot = tomorrow("train", "d2207", days=3)
    ana = traveller("train", "Ana", 720, "upgrades")
    one, other = books_run(ana, "train", slot), books_run(Phone(ana.person), "train", slot)
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.upgrade is not None
    assert other.upgrade is None
    assert Draw.objects.get().tickets.count() == 1
    Booking.objects.filter(pk=one.pk).update(upgrade=None)
    assert chores.pass_time() == 1
    assert Draw.objects.get().tickets.count() == 1


def test_b3_a_stay_is_upgraded_for_as_many_nights_as_the_better_room_is_free() -> None:
    opens("hotel")
    slot = tomorrow("hotel", "single", days=3)
    ana = traveller("hotel", "Ana", 720, "upgrades")
    stay = books_run(ana, "hotel", slot, count=3)
    third = tomorrow("hotel", "double", days=5)
    for n in range(2):
        guest = resident(f"Guest{n}", fen=9000_00)
        assert state_on(books(guest, "hotel", "double", third, freeze="yes")) == "booked"
    draw = Draw.objects.get()
    draw.tickets.update(percent=100)
    with at(draw.closes_at):
        page = ana.get("hotel:booking", stay.pk)
    assert "for the first 2 nights" in page.text
    kept = [claim.slot.offer.key for claim in stay.claims.order_by("slot__starts_at")]
    assert kept == ["double", "double", "single"]
