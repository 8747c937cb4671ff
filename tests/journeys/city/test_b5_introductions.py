"""B5: somebody new knows one person; whoever stands between must agree, and may say no."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city.phones import PHONE, Phone, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
def nia(address, browser):
    """Opened an account a moment ago: nobody knows her."""
    context = browser.new_context(base_url=address, viewport=PHONE, locale="en-US")
    page = context.new_page()
    page.goto("/account/signup/")
    page.get_by_label("Name that others see").fill("Nia")
    page.get_by_label("Log-in name").fill("nia")
    page.get_by_label("Password", exact=True).fill("nineteen green kites")
    page.get_by_label("Password (again)").fill("nineteen green kites")
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/")
    yield page
    context.close()


def asks_for(page: Page, username: str) -> None:
    page.goto("/doors/introductions/")
    page.get_by_label("Log-in name").fill(username)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_b5_an_introduction_needs_the_middle_persons_word(nia: Page, phone_of) -> None:
    ana, chen = phone_of("Ana"), phone_of("Chen")
    asks_for(nia, "chen")
    expect(nia.get_by_text("No short way over your contacts")).to_be_visible()
    befriend(nia, ana)
    # Ana is the only one she knows: the way to whomever Ana knows leads over her.
    asks_for(nia, "chen")
    expect(nia.get_by_text("You to Chen, through Ana")).to_be_visible()
    expect(nia.get_by_text("On its way")).to_be_visible()
    chen.page.goto("/doors/introductions/")
    expect(chen.page.get_by_text("Nia would like to know you")).to_have_count(0)
    ana.page.goto("/doors/introductions/")
    expect(ana.page.get_by_text("Nia to Chen")).to_be_visible()
    ana.show("b5-the-middle-is-asked")
    ana.page.get_by_role("button", name="Pass on", exact=True).click()
    expect(ana.page.get_by_role("button", name="Pass on", exact=True)).to_have_count(0)
    expect(nia.get_by_text("Arrived")).to_be_visible()
    expect(chen.page.get_by_text("Nia would like to know you")).to_be_visible()
    chen.page.get_by_role("button", name="Agree").click()
    expect(nia.get_by_text("Accepted")).to_be_visible()
    nia.goto("/people/")
    expect(nia.get_by_role("link", name="Chen")).to_be_visible()
    # The same way to another friend of Ana's ends at her word.
    asks_for(nia, "li")
    expect(nia.get_by_text("You to Li, through Ana")).to_be_visible()
    expect(ana.page.get_by_text("Nia to Li")).to_be_visible()
    ana.page.get_by_role("button", name="Do not pass on").click()
    expect(nia.get_by_text("Not passed on")).to_be_visible()
    nia.goto("/people/")
    expect(nia.get_by_role("link", name="Li", exact=True)).to_have_count(0)


def befriend(nia: Page, ana: Phone) -> None:
    nia.goto("/people/find/")
    nia.get_by_label("Log-in name").fill("ana")
    nia.get_by_role("button", name="Find").click()
    nia.get_by_role("button", name="Ask to be contacts").click()
    expect(nia.get_by_text("You asked. You are contacts when Ana agrees.")).to_be_visible()
    ana.page.goto("/people/")
    ana.page.get_by_role("button", name="Agree to Nia").click()
    expect(nia.get_by_text("Your contact since")).to_be_visible()
