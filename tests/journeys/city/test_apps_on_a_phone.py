"""A1, A2 and A4 in the browser: a doctor's half hour, a rented car with its desk, a bike."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.city.phones import needs_chromium

pytestmark = needs_chromium


def day_after_tomorrow(page) -> None:
    page.locator(".days a").nth(2).click()


def test_a1_a_slot_is_booked_and_gone_for_the_other(phone_of) -> None:
    phone, other = phone_of("Ana"), phone_of("Chen")
    ana, chen = phone.page, other.page
    for page in (ana, chen):
        page.get_by_role("link", name="Doctor").click()
        page.get_by_role("link", name="Dr Li").click()
        day_after_tomorrow(page)
    chen.locator(".times a").first.click()
    time = ana.locator(".times a").first.inner_text()
    ana.locator(".times a").first.click()
    ana.get_by_role("button", name="Book").click()
    expect(ana.locator("[data-state=booked]")).to_be_visible()
    chen.get_by_role("button", name="Book").click()
    expect(chen.get_by_text("Somebody was faster")).to_be_visible()
    # The refusal answers 422, which the browser's console calls an error.
    other.troubles.clear()
    chen.get_by_role("link", name="Back").click()
    day_after_tomorrow(chen)
    expect(chen.locator(".times .gone").first).to_contain_text(time)


def tell(page: Page, topic: str, part: str) -> None:
    """A hint of the server to a page; returns when the part has been drawn anew."""
    page.evaluate(
        """([topic, part]) => new Promise((drawn) => {
            const ours = (event) => event.target.closest(part) && drawn(
                document.removeEventListener("htmx:after:swap", ours));
            document.addEventListener("htmx:after:swap", ours);
            document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
        })""",
        [topic, part],
    )


def test_a2_a_car_is_handed_out_scratched_and_paid_from_the_deposit(phone_of) -> None:
    phone, desk = phone_of("Ana"), phone_of("Li")
    ana, li = phone.page, desk.page
    ana.goto("/pay/top-up/")
    ana.get_by_label("Amount").fill("4000")
    ana.get_by_label("Bank account").fill("62220001")
    ana.get_by_role("button").last.click()
    ana.goto("/apps/car/")
    ana.get_by_role("link", name="A small car").click()
    day_after_tomorrow(ana)
    ana.get_by_role("button", name="Go on").click()
    phone.show("car-confirm")
    ana.get_by_role("button", name="Freeze 3,000.00 and book").click()
    expect(ana.locator("[data-state=booked]")).to_be_visible()
    phone.show("car-booked")
    li.goto("/apps/car/desk/")
    li.get_by_role("link", name="A small car").first.click()
    li.locator("summary", has_text="Hand out").click()
    desk.show("car-desk")
    li.get_by_role("button", name="Hand out").click()
    expect(ana.locator("[data-state=in_use]")).to_be_visible()
    expect(li.locator("summary", has_text="Hand out")).to_have_count(0)
    damaged = li.locator("details", has_text="Given back damaged")
    expect(damaged.get_by_label("Amount")).to_be_hidden()
    damaged.locator("summary").click()
    damaged.get_by_label("Amount").fill("400")
    damaged.get_by_label("Remark").fill("a scratch on the door")
    for _ in range(2):
        tell(li, "bookings", "#booking")
        expect(damaged.get_by_label("Remark")).to_be_focused()
        expect(damaged.get_by_label("Amount")).to_have_value("400")
    damaged.locator("summary").click()
    tell(li, "bookings", "#booking")
    expect(damaged.get_by_label("Amount")).to_be_hidden()
    damaged.locator("summary").click()
    li.get_by_role("button", name="Given back damaged").click()
    expect(ana.locator("[data-state=done]")).to_be_visible()
    ana.get_by_role("link", name="Agreement").click()
    expect(ana.locator("[data-state=released]")).to_be_visible()
    expect(ana.get_by_text("a scratch on the door").first).to_be_visible()
    phone.show("agreement-released")


def test_a4_a_bike_is_scanned_ridden_and_locked(phone_of) -> None:
    phone = phone_of("Bo")
    page = phone.page
    page.goto("/scan/")
    page.get_by_role("button", name="Type it").click()
    page.locator("#typed").fill("zhima-app:bike:b-018")
    page.locator("dialog").get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Bike 018").first).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Freeze 99.00 and book").click()
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator("[data-state=in_use]")).to_be_visible()
    phone.show("bike-ride")
    page.get_by_label("Where do you leave it?").select_option("station")
    page.get_by_role("button", name="Lock and pay").click()
    expect(page.locator("[data-state=done]")).to_be_visible()
    page.goto("/history/")
    expect(page.get_by_text("−1.50").first).to_be_visible()
