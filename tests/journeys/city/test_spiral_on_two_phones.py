"""The doors between people and the spiral, on two phones side by side: B2 to B6 and D1 to D6."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.journeys.city.phones import SCREENSHOTS, needs_chromium

pytestmark = needs_chromium


class Desk:
    """Two phones on one desk, with the tour beside them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._context = browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)

    def open(self, first: str, second: str) -> tuple[FrameLocator, FrameLocator]:
        self.page.goto("/demo/two/")
        phones = (
            self.page.frame_locator("iframe >> nth=0"),
            self.page.frame_locator("iframe >> nth=1"),
        )
        for phone, name in zip(phones, (first, second), strict=True):
            phone.get_by_role("button", name=name).first.click()
            expect(phone.get_by_role("link", name=f"Me: {name}")).to_be_visible()
        for part in ("#tour", "#city-time"):
            # The page's own forms follow the log-in on the first phone.
            expect(self.page.locator(part)).to_have_attribute("data-person", first.lower())
        return phones

    def show(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def desk(address: str, browser: Browser) -> Iterator[Desk]:
    made = Desk(browser, address)
    yield made
    made.close()


def go(phone: FrameLocator, *links: str) -> None:
    for name in links:
        phone.get_by_role("link", name=name).first.click()


def score_of(phone: FrameLocator) -> int:
    return int(phone.locator("[data-score]").first.inner_text())


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


def test_d_the_spiral(desk: Desk) -> None:
    ana, chen = desk.open("Ana", "Chen")
    # D1: wrong has an author.
    go(chen, "Score", "What counts as wrong")
    expect(chen.get_by_text("Damage or a fee left unpaid")).to_be_visible()
    expect(chen.get_by_text("OpenZhima").first).to_be_visible()
    expect(chen.get_by_text("obligation.breached")).to_be_visible()
    go(chen, "Back")
    go(ana, "Score")
    before = score_of(chen)
    # D2: Chen leaves damage unpaid, and falls before his own eyes.
    for step in ("pay", "book", "score", "door", "table"):
        item = desk.page.locator(f"[data-step={step}]")
        if "current" in (item.get_attribute("class") or ""):
            item.get_by_role("button", name=re.compile("Skip")).click()
            expect(item).not_to_have_class(re.compile("current"))
    desk.page.get_by_role("button", name="Chen leaves the damage unpaid").click()
    expect(chen.locator("[data-score]")).not_to_have_text(str(before), timeout=5_000)
    assert score_of(chen) < before
    expect(chen.get_by_text("You left something unpaid that you owed.").first).to_be_visible()
    go(chen, "The whole chain")
    expect(chen.get_by_text("set by OpenZhima", exact=False).first).to_be_visible()
    address = chen.locator("#spiral").get_attribute("hx-get")
    # D3: his contact felt it, and is told that, not what it was.
    ana_page = desk.page.frames[1]
    ana_page.goto(address.removeprefix("/2"))
    expect(ana.get_by_text("Something was recorded about a contact of yours.")).to_be_visible()
    expect(ana.get_by_text("because you are contacts", exact=False)).to_be_visible()
    desk.show("d3-felt")
    # D4: under a rulebook that nudges she is told who.
    expect(desk.page.locator("[data-step=fall]")).to_have_class(re.compile("done"), timeout=8_000)
    desk.page.get_by_role("button", name="Let the rulebook say who lowers you").click()
    ana_page.goto("/score/")
    expect(ana.get_by_text("open-nudge#", exact=False).first).to_be_visible(timeout=15_000)
    desk.show("d4-nudge")
    # D5: she drops him; D6: the chain is one time line on both phones.
    ana_page.goto("/people/")
    go(ana, "Chen")
    ana.get_by_role("button", name="End contact").click()
    expect(ana.get_by_text("no longer contacts", exact=False)).to_be_visible()
    ana_page.goto(address.removeprefix("/2"))
    expect(ana.get_by_text("You ended the contact with Chen.")).to_be_visible()
    expect(chen.get_by_text("Ana ended the contact with you.")).to_be_visible(timeout=8_000)
    desk.show("d6-one-time-line")
    expect(desk.page.locator("[data-step=drop]")).to_have_class(re.compile("done"), timeout=8_000)
