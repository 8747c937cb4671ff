"""A11 in the browser: from the shelf to an app that runs elsewhere, its sheet, and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.apps_from_outside import AppSoftware, published, running, with_a_deposit
from tests.city_books import city
from tests.city_phones import Phone, resident
from tests.journeys.city.looks import LOOKS, faults_on
from tests.journeys.city.phones import PHONE, SCREENSHOTS, chromium, needs_chromium
from zhima.city.consent.models import Grant

__all__ = ["city"]
pytestmark = [
    needs_chromium,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("city"),
]


def opened(browser: Any, address: str, phone: Phone, **look: object) -> Page:
    """The browser of a resident who is logged in."""
    crumb = phone.client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=address, viewport=PHONE, **look)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": crumb, "url": address}])
    context.route("**/live/", lambda asked: asked.abort())
    return context.new_page()


def test_a_person_opens_the_app_ticks_on_the_sheet_and_comes_back(live_server: Any) -> None:
    kites = AppSoftware.of(*published(resident("Maker")))
    ana = resident("Ana", fen=20_00)
    with running(live_server.url, kites.secret) as address, chromium() as browser:
        page = opened(browser, live_server.url, ana)
        page.goto(reverse("market:shelf"))
        page.get_by_role("link", name="Kites").click()
        # Its manifest names the port of its README; here it runs at a free one.
        expect(page.get_by_role("link", name="Open the app")).to_have_attribute(
            "href", "http://127.0.0.1:8700/"
        )
        page.goto(address)
        expect(page.get_by_role("heading", name="Kites")).to_be_visible()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
        page.get_by_label("book and cancel for you").check()
        page.get_by_role("button", name="Allow what I ticked").click()
        page.wait_for_url(f"{address}/")
        expect(page.get_by_role("heading", name="A dragon kite")).to_be_visible()
        page.goto(live_server.url + reverse("consent:permissions"))
        expect(page.get_by_text("book and cancel for you")).to_be_visible()
        page.get_by_role("button", name="Revoke").click()
        page.goto(address)
        expect(page.get_by_role("button", name="Allow nothing")).to_be_visible()
        page.get_by_role("button", name="Allow nothing").click()
        expect(page.get_by_text("You allowed nothing.")).to_be_visible()
    assert [grant.purpose for grant in Grant.objects.filter(person=ana.person)] == ["act:book"]


@pytest.mark.parametrize("look", LOOKS)
def test_sheet_and_pages_of_the_app_fit_a_small_phone(live_server: Any, look: str) -> None:
    maker = resident("Maker")
    kites = AppSoftware.of(*published(maker, with_a_deposit()))
    ana = resident("Ana")
    kites.for_person(ana, "act:pay wallet")
    asked = kites.request("agreements", "door:car", "act:book", "act:pay", "act:agree")
    theirs = {
        reverse("oauth2_provider:authorize", query=asked): ana,
        reverse("market:allow", args=["kites"]): ana,
        reverse("consent:permissions"): ana,
        reverse("market:app", args=["kites"]): maker,
    }
    faults = {}
    with chromium() as browser:
        for path, phone in theirs.items():
            page = opened(browser, live_server.url, phone, **LOOKS[look])
            page.goto(path)
            name = path.partition("?")[0].strip("/").replace("/", "-")
            page.screenshot(path=SCREENSHOTS / f"{look}-app-{name}.png", full_page=True)
            if found := faults_on(page):
                faults[path] = found
    assert not faults
