"""Two phones on one desk, with the tour beside them, as a visitor has them."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect

from tests.journeys.city.phones import SCREENSHOTS


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

    def frame(self, number: int) -> Frame:
        """A phone's frame, to type an address into."""
        return self.page.frames[number + 1]

    def skip_to(self, step: str) -> None:
        """Skip the tour's steps before one."""
        while (current := self.page.locator("#tour .current").get_attribute("data-step")) != step:
            item = self.page.locator(f"[data-step={current}]")
            item.get_by_role("button", name=re.compile("Skip")).click()
            expect(item).not_to_have_class(re.compile("current"))

    def let(self, step: str, button: str) -> None:
        """Tap a step's button and wait until the city says that it was done."""
        self.page.get_by_role("button", name=button).click()
        expect(self.page.locator(f"[data-step={step}]")).to_have_class(
            re.compile("done"), timeout=60_000
        )


def go(phone: FrameLocator, *links: str) -> None:
    for name in links:
        phone.get_by_role("link", name=name).first.click()


def score_of(phone: FrameLocator) -> int:
    return int(phone.locator("[data-score]").first.inner_text())
