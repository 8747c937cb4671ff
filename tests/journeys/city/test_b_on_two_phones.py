"""The doors between people, on two phones side by side: B2 to B6."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.city.desks import Desk, go
from tests.journeys.city.phones import needs_chromium

pytestmark = needs_chromium


def test_b2_two_want_the_same_table_and_the_rule_is_named(desk: Desk) -> None:
    first, second = desk.open("Ana", "Chen")
    for phone in (first, second):
        go(phone, "Benefits")
        phone.get_by_role("switch", name=re.compile("two ask for one place")).click()
        expect(
            phone.get_by_role("switch", name=re.compile("two ask for one place"))
        ).to_be_checked()
        go(phone, "The window table")
        phone.locator("button[name=slot]").last.click()
        expect(phone.locator("[data-outcome=waiting]")).to_be_visible()
    desk.show("b2-waiting")
    with desk.page.expect_navigation(timeout=60_000):
        desk.page.get_by_role("button", name="A day later").click()
    outcomes = {}
    for number, phone in enumerate((first, second)):
        go(phone, "Benefits")
        phone.get_by_role("link", name=re.compile("Window table,")).first.click()
        outcome = phone.locator("[data-outcome]")
        expect(outcome).to_be_visible()
        outcomes[number] = outcome.get_attribute("data-outcome")
        expect(phone.get_by_text("places by score", exact=False)).to_be_visible()
        if outcomes[number] == "lost":
            expect(phone.get_by_text(re.compile(r"has \d+ points? more"))).to_be_visible()
            expect(phone.get_by_text("Gap")).to_be_visible()
            expect(phone.get_by_text("Ask for another time", exact=False)).to_be_visible()
    assert sorted(outcomes.values()) == ["lost", "won"]
    desk.show("b2-decided")


def test_b3_an_upgrade_is_drawn_from_a_seed_that_anybody_can_check(desk: Desk) -> None:
    first, _ = desk.open("Ana", "Chen")
    go(first, "Benefits", "Night train, first class")
    expect(first.get_by_text(re.compile("Your ticket"))).to_be_visible()
    seed = first.locator("dt:text-is('Seed') + dd").inner_text()
    committed = first.locator("dt:text-is('Committed to') + dd").inner_text()
    from zhima.engine.doors.draws import commitment

    assert commitment(bytes.fromhex(seed)) == committed
    desk.show("b3-drawn")


def test_b4_a_party_by_band_says_who_was_left_out_to_themselves(desk: Desk) -> None:
    first, second = desk.open("Ana", "Bo")
    go(first, "Benefits", "Invite by band")
    first.get_by_label("What").fill("Tea on the roof")
    first.get_by_label("In how many days").fill("3")
    first.get_by_label("From which band on").select_option("outstanding")
    first.get_by_role("button", name="Invite").click()
    expect(first.get_by_text("Left out by the rule")).to_be_visible()
    go(second, "Benefits", "Tea on the roof")
    expect(second.get_by_text(re.compile("Invited|You were not invited"))).to_be_visible()
    desk.show("b4-party")


def test_b5_an_introduction_needs_the_middle_persons_word(desk: Desk) -> None:
    first, second = desk.open("Ana", "Li")
    go(first, "Benefits", "Introductions")
    first.get_by_label("Log-in name").fill("mei")
    first.get_by_role("button", name="Ask", exact=True).click()
    expect(first.get_by_text(re.compile("You to Mei, through"))).to_be_visible()
    through = re.search("through (.+)", first.get_by_text(re.compile("You to Mei")).inner_text())[1]
    assert through != "Mei"
    if through == "Li":
        go(second, "Benefits", "Introductions")
        second.get_by_role("button", name="Pass on", exact=True).click()
        expect(second.get_by_text("Arrived", exact=False)).to_be_visible()
    desk.show("b5-introduction")


def test_b6_the_yearly_statement_shows_money_by_band(desk: Desk) -> None:
    first, _ = desk.open("Ana", "Chen")
    go(first, "Benefits", "Your statement of")
    expect(first.get_by_text("By band, for each person")).to_be_visible()
    for band in ("Poor", "Outstanding"):
        expect(first.get_by_text(band, exact=True)).to_be_visible()
    desk.show("b6-statement")
