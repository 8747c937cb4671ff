"""The spiral, on two phones side by side: D1 to D6."""

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
