"""S6 in the browser: a badge is made, shown once and checked on another phone, also offline."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.city.phones import needs_chromium

pytestmark = needs_chromium

UNTIL_KEPT = """async () => {
  const isKept = async () =>
    navigator.serviceWorker.controller && localStorage.length && await caches.match(location.href);
  while (!await isKept()) await new Promise((later) => setTimeout(later, 50));
}"""


def test_the_number_is_proved_and_never_shown(phone_of, address) -> None:
    ana, hotel = phone_of("Ana"), phone_of("Bo")
    hotel.page.goto("/badge/check/")
    hotel.page.get_by_label("Your name").fill("Lotus Hotel")
    number = hotel.page.locator("#check-nonce").inner_text()
    assert len(number) == 6

    ana.page.goto("/badge/")
    ana.page.get_by_role("button", name="Make badges").click()
    expect(ana.page.get_by_text("10 left")).to_be_visible()
    ana.page.get_by_label("Name on their screen").fill("Lotus Hotel")
    ana.page.get_by_label("Number on their screen").fill(number)
    ana.page.get_by_role("button", name="Show", exact=True).click()
    expect(ana.page.get_by_text("9 left")).to_be_visible()
    shown = ana.page.get_by_label("Your badge").input_value()
    ana.show("badge-shown")

    hotel.page.get_by_label("The badge that you were shown").fill(shown)
    hotel.page.get_by_role("button", name="Check", exact=True).click()
    expect(hotel.page.get_by_text("Proved: score at least")).to_be_visible()
    expect(hotel.page.locator("#check-at-least")).to_have_text("550")
    hotel.show("badge-proved")

    hotel.page.get_by_label("Your name").fill("Another Hotel")
    hotel.page.get_by_role("button", name="Check", exact=True).click()
    expect(hotel.page.locator("#check-bad")).to_have_attribute("data-reason", "wrong_audience")
    hotel.page.get_by_label("Your name").fill("Lotus Hotel")
    hotel.page.get_by_label("The badge that you were shown").fill(shown[:-2] + "AA")
    hotel.page.get_by_role("button", name="Check", exact=True).click()
    expect(hotel.page.locator("#check-bad")).to_have_attribute("data-reason", "other_holder")


def test_a_badge_is_checked_without_a_connection(phone_of) -> None:
    hotel = phone_of("Chen")
    hotel.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    hotel.page.goto("/badge/check/")
    # A page that the worker does not serve yet would meet the browser's own error.
    hotel.page.evaluate(UNTIL_KEPT)
    hotel.offline(True)
    hotel.page.reload()
    hotel.page.get_by_label("The badge that you were shown").fill("no badge")
    hotel.page.get_by_role("button", name="Check", exact=True).click()
    expect(hotel.page.locator("#check-bad")).to_have_attribute("data-reason", "torn")
    hotel.show("badge-check-offline")
    hotel.offline(False)
    hotel.troubles.clear()
