"""The doors between people, on two phones side by side: B2, B3, B4 and B6."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.city.desks import Desk, go
from tests.journeys.city.phones import needs_chromium
from zhima.engine.doors.draws import commitment

pytestmark = needs_chromium


def test_b2_two_want_the_same_table_and_the_rule_is_named(desk: Desk) -> None:
    first, second = desk.open("Ana", "Chen")
    for phone in (first, second):
        go(phone, "Benefits")
        phone.get_by_role("switch", name=re.compile("two ask for one place")).click()
        expect(
            phone.get_by_role("switch", name=re.compile("two ask for one place"))
        ).to_be_checked()
        go(phone, "The table at the window")
        phone.locator(".days a").nth(2).click()
        expect(phone.locator(".days a").nth(2)).to_have_attribute("aria-current", "date")
        phone.locator(".times a").last.click()
        expect(phone.get_by_text("the highest score gets it", exact=False)).to_be_visible()
        phone.get_by_role("button", name="Ask for it").click()
        expect(phone.locator("[data-state=wished]")).to_be_visible()
    desk.show("b2-waiting")
    with desk.page.expect_navigation(timeout=60_000):
        desk.page.get_by_role("button", name="A day later").click()
    found = {}
    for phone in (first, second):
        go(phone, "Tables", "The table at the window")
        decided = phone.locator("[data-outcome=won], [data-outcome=lost]")
        expect(decided).to_be_visible()
        expect(phone.get_by_text("places by score", exact=False)).to_be_visible()
        found[decided.get_attribute("data-outcome")] = phone
    assert sorted(found) == ["lost", "won"]
    expect(found["won"].locator("[data-state=booked]")).to_be_visible()
    expect(found["lost"].get_by_text(re.compile(r"has \d+ points? more"))).to_be_visible()
    expect(found["lost"].get_by_text("Gap")).to_be_visible()
    expect(found["lost"].get_by_text("Ask for another time", exact=False)).to_be_visible()
    expect(found["lost"].get_by_role("link", name="Other times")).to_be_visible()
    desk.show("b2-decided")


def test_b3_an_upgrade_is_drawn_from_a_seed_that_anybody_can_check(desk: Desk) -> None:
    first, _ = desk.open("Ana", "Chen")
    go(first, "Trains")
    first.locator("#mine a").first.click()
    told = first.locator("[data-ticket=won], [data-ticket=lost]")
    expect(told).to_contain_text(re.compile(r"drew [\d.]+ of 100; below its chance of \d+ it wins"))
    desk.show("b3-on-the-booking")
    go(first, "Seed and list, to check it")
    seed = first.locator("dt:text-is('Seed') + dd").inner_text()
    committed = first.locator("dt:text-is('Committed to') + dd").inner_text()
    assert commitment(bytes.fromhex(seed)) == committed
    root = first.locator("dt:text('Root of the log') + dd").inner_text()
    assert re.fullmatch("[0-9a-f]{64}", root)
    desk.show("b3-drawn")


def test_b4_a_party_by_band_says_who_was_left_out_to_themselves(desk: Desk) -> None:
    first, second = desk.open("Ana", "Bo")
    go(first, "Benefits")
    for title, from_band in (("Tea for all", "poor"), ("Tea on the roof", "outstanding")):
        go(first, "Invite by band")
        first.get_by_label("What").fill(title)
        first.get_by_label("In how many days").fill("3")
        first.get_by_label("From which band on").select_option(from_band)
        first.get_by_role("button", name="Invite").click()
        expect(first.get_by_text("Left out by the rule")).to_be_visible()
        go(first, "Back")
    go(second, "Benefits", "Tea for all")
    expect(second.get_by_role("button", name="I will come")).to_be_visible()
    go(second, "Back", "Tea on the roof")
    expect(
        second.get_by_text("You were not invited: the host asked for Outstanding")
    ).to_be_visible()
    expect(second.get_by_text("The host does not know this.")).to_be_visible()
    desk.show("b4-party")


def test_b6_the_yearly_statement_shows_money_by_band(desk: Desk) -> None:
    first, _ = desk.open("Ana", "Chen")
    go(first, "Benefits", "Your statement of")
    expect(first.get_by_text("By band, for each person")).to_be_visible()
    for band in ("Poor", "Outstanding"):
        expect(first.get_by_text(band, exact=True)).to_be_visible()
    # Neighbours rented: what the best band was given for nothing, the middle one paid for.
    best, middle = (first.locator(".factor", has_text=band) for band in ("Outstanding", "Fair"))
    expect(best.locator(".money")).to_have_text(re.compile(r"^[1-9][\d,]*\.\d\d$"))
    expect(best).to_contain_text(re.compile(r"deposits waived [1-9]"))
    expect(middle.locator(".money")).to_have_text("0.00")
    expect(middle).to_contain_text(re.compile(r"paid [1-9]"))
    desk.show("b6-statement")
