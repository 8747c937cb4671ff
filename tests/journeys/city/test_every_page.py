"""Every page on a small phone: nothing sideways, no barrier, both languages, light and dark."""

from __future__ import annotations

from urllib.parse import urlencode, urlparse

import pytest
from playwright.sync_api import expect

from tests.journeys.city.looks import LOOKS, look_through
from tests.journeys.city.phones import needs_chromium
from zhima.city.urls import MINI_APPS

pytestmark = needs_chromium

PAGES = {
    "home": "/",
    "history": "/history/",
    "contacts": "/people/",
    "find": "/people/find/",
    "chats": "/chat/",
    "group": "/chat/group/",
    "me": "/me/",
    "score": "/score/",
    "permissions": "/permissions/",
    "who-looked": "/who-looked/",
    "badges": "/badge/",
    "badge-check": "/badge/check/",
    "scan": "/scan/",
    "security": "/account/2fa/",
    "password": "/account/password/change/",
    "sessions": "/account/sessions/",
    "log-out": "/account/logout/",
    "offline": "/offline/",
    "pay-code": "/pay/code/",
    "collect": "/pay/collect/",
    "top-up": "/pay/top-up/",
    "cash-out": "/pay/cash-out/",
    "charities": "/pay/charities/",
    "tickets": "/pay/tickets/",
    "shops": "/pay/shops/",
    "apps": "/market/",
    "bookings": "/market/bookings/",
    "make-an-app": "/market/developers/",
    "new-app": "/market/developers/new/",
    "agreements": "/agreements/",
    **{app: f"/apps/{app}/" for app in MINI_APPS},
}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_fit_and_hide_nothing_from_anybody(phone_of, look: str) -> None:
    phone = phone_of("Ana", reduced_motion="reduce", **LOOKS[look])
    pages = {**PAGES, **_inner_pages(phone)}
    look_through(phone, pages.values(), look)
    # The refusal that is looked at says so by its status too.
    phone.troubles[:] = [said for said in phone.troubles if "422" not in said]


def _inner_pages(phone) -> dict[str, str]:
    """A person, a chat and a packet, whose addresses differ from demo to demo."""
    phone.page.goto("/chat/")
    chats = phone.page.locator("#chats a")
    pages = {"chat": chats.first.get_attribute("href")}
    group = chats.filter(has_text="Tennis").get_attribute("href")
    phone.page.goto(group)
    packet = phone.page.locator("a.packet").first.get_attribute("href")
    phone.page.goto("/people/")
    person = phone.page.locator("a.row").first.get_attribute("href")
    phone.page.goto("/history/")
    receipt = phone.page.locator("a.row").first.get_attribute("href")
    return pages | {
        "receipt": receipt,
        **_pages_of_a_shop(phone),
        "group-chat": group,
        "packet": packet,
        "new-packet": f"{group}packet/",
        "person": person,
    }


def _pages_of_a_shop(phone) -> dict[str, str]:
    """A till and what belongs to it, an order, a page that asks for a payment, a refusal."""
    phone.page.goto("/pay/shops/")
    phone.page.locator("input[name=name]").fill("Corner shop")
    phone.page.locator("input[name=city]").fill("Chengdu")
    phone.page.locator("main form button").last.click()
    phone.page.wait_for_selector("#taken")
    till = urlparse(phone.page.url).path
    code = phone.page.locator("[data-code]").inner_text()
    phone.page.goto(f"{till}orders/")
    phone.page.locator("input[name=amount_fen]").fill("8.80")
    phone.page.locator("main form button").click()
    phone.page.wait_for_selector("#order")
    order = urlparse(phone.page.url).path
    inner = ("charge", "gate", "clerks", "settlements", "pay-out", "orders", "scan")
    return {
        "till": till,
        "order": order,
        "keys": till.replace("/pay/", "/api/") + "keys/",
        "confirm": f"/pay/confirm/?{urlencode({'text': code})}",
        "refused": "/pay/confirm/?text=nothing",
        **{name: f"{till}{name}/" for name in inner},
    }


def test_the_entrance_is_in_the_browsers_language_and_can_be_changed(address, browser) -> None:
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_the_keyboard_is_enough(phone_of) -> None:
    page = phone_of("Bo").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".balance")).to_be_focused()
    page.goto("/chat/")
    chat = page.get_by_role("link", name="Ana")
    chat.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Message", exact=True).focus()
    page.keyboard.type("From the keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_text("From the keyboard")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.keyboard.type("And again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("And again")).to_be_visible()


def test_without_a_connection_a_page_says_so_and_the_next_one_too(phone_of) -> None:
    phone = phone_of("Chen")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.offline(True)
    expect(phone.page.get_by_text("What you see may be old.")).to_be_visible()
    phone.show("offline-banner")
    phone.page.goto("/history/")
    expect(phone.page.get_by_text("nothing moves while you are offline")).to_be_visible()
    phone.offline(False)
    phone.page.get_by_role("link", name="Try again").click()
    expect(phone.page.get_by_role("heading", name="History")).to_be_visible()
    phone.troubles.clear()


def test_the_browser_would_install_it(phone_of) -> None:
    page = phone_of("Ana").page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    inspector = page.context.new_cdp_session(page)
    assert inspector.send("Page.getAppManifest")["errors"] == []
    found = inspector.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A phone of the tests is a private window, in which nothing is installed.
    assert [error["errorId"] for error in found] == ["in-incognito"]


def test_two_phones_stand_side_by_side_on_a_desk(address, browser) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto("/demo/two/")
    first, second = page.frame_locator("iframe >> nth=0"), page.frame_locator("iframe >> nth=1")
    first.get_by_role("button", name="Ana").click()
    second.get_by_role("button", name="Bo").click()
    expect(first.get_by_role("link", name="Me: Ana")).to_be_visible()
    expect(second.get_by_role("link", name="Me: Bo")).to_be_visible()
    second.get_by_role("link", name="Contacts").click()
    expect(second.get_by_role("link", name="Ana")).to_be_visible()
    second.get_by_role("link", name="Home").click()
    second.get_by_role("link", name="Collect").click()
    expect(second.locator(".qr svg")).to_be_visible()
    first.get_by_role("link", name="Scan").click()
    first.get_by_role("button", name="Other phone").click()
    first.get_by_label("Amount").fill("0.60")
    first.get_by_role("button", name="Pay", exact=True).click()
    expect(first.get_by_role("heading", name="Paid to Bo")).to_be_visible()
    expect(second.locator(".rows li").first).to_contain_text("+0.60")
    page.screenshot(path=".cache/screenshots/two-phones-desk.png")
    context.close()
