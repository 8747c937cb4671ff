"""The number on a phone: S1, S2, S4, S5, S7, A10, A11, and the pages' looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city.looks import LOOKS, look_through
from tests.journeys.city.phones import needs_chromium

pytestmark = needs_chromium

PAGES = (
    "/score/",
    "/score/receipt/",
    "/score/timeline/",
    "/score/circle/",
    "/score/doors/",
    "/score/what-if/",
    "/score/breaches/",
    "/score/life/",
    "/score/about/",
    "/score/evidence/bills_on_time_streak/",
    "/doors/",
    "/doors/parties/",
    "/doors/introductions/",
    "/doors/statement/2026/",
)


def number(page: Page) -> int:
    return int(page.locator("[data-score]").first.inner_text())


@pytest.mark.parametrize("look", LOOKS)
def test_score_pages_fit_a_small_phone_and_hide_nothing_from_anybody(phone_of, look: str) -> None:
    phone = phone_of("Ana", reduced_motion="reduce", **LOOKS[look])
    look_through(phone, PAGES, look)


def test_s1_a_newcomer_asks_for_a_score_and_gets_an_interval(address, browser) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/account/signup/")
    page.get_by_label("Name", exact=False).first.fill("Nia")
    for field, words in (
        ("username", "nia"),
        ("password1", "green tea 350"),
        ("password2", "green tea 350"),
    ):
        page.locator(f"input[name={field}]").fill(words)
    page.locator("form button:not([name])").last.click()
    page.wait_for_url("**/")
    page.goto("/score/")
    expect(page.get_by_role("heading", name="You have no score")).to_be_visible()
    assert not page.locator("input[type=checkbox]:checked").count()
    page.get_by_role("button", name="Compute my score").click()
    expect(page.locator("[data-score]")).to_be_visible(timeout=15_000)
    assert 350 <= number(page) <= 950
    low, high = map(int, re.findall(r"\d+", page.locator(".reading .small").inner_text()))
    assert high - low > 100
    assert page.locator(".factor").count() == 5
    context.close()


def test_a10_the_score_is_one_icon_of_the_grid_and_s2_its_receipt_adds_up(phone_of) -> None:
    page = phone_of("Ana").page
    page.get_by_role("navigation", name="Apps").get_by_role("link", name="Score").click()
    score = number(page)
    page.get_by_role("link", name="Receipt").click()
    expect(page.locator("[data-sum]")).to_have_text(str(score))
    expect(page.locator(".till header")).to_contain_text("open#")
    amounts = [
        float(text.replace("\u2212", "-"))
        for text in page.locator(".till-line dd").all_inner_texts()
    ]
    assert abs(sum(amounts) - score) < 0.05 * len(amounts) + 0.5
    # Each line leads to the evidence behind it.
    page.locator(".till-line dt a").first.click()
    expect(page.get_by_role("heading", name="Evidence")).to_be_visible()


def test_every_dot_of_the_time_line_has_its_reason(phone_of) -> None:
    page = phone_of("Li").page
    for path in ("/score/", "/score/timeline/"):
        page.goto(path)
        dots = page.locator("svg.curve a").evaluate_all(
            "all => all.map(each => each.getAttribute('href').split('#')[1])"
        )
        page.goto("/score/timeline/")
        rows = page.locator("li.change").evaluate_all("all => all.map(each => each.id)")
        assert len(dots) > 20
        assert set(dots) <= set(rows), path
    first = page.locator("svg.curve a").first
    reason = page.locator("li.change .title").last.inner_text()
    expect(first.locator("title")).to_contain_text(reason)


def test_s5_friends_are_explicit_and_not_named(phone_of) -> None:
    page = phone_of("Ana").page
    page.goto("/score/circle/")
    expect(page.get_by_text(re.compile(r"contacts together (give|take)"))).to_be_visible()
    expect(page.get_by_text("Friends count for 20 % of the scale", exact=False)).to_be_visible()
    for name in ("Bo", "Chen", "Li"):
        expect(page.locator("main").get_by_text(name, exact=True)).to_have_count(0)


def test_s7_what_if_is_answered_by_the_engine_and_changes_nothing(phone_of) -> None:
    page = phone_of("Bo").page
    page.goto("/score/")
    before = number(page)
    page.goto("/score/what-if/")
    page.get_by_role("button", name="I leave damage unpaid").click()
    expect(page.locator("[data-then]")).to_be_visible()
    assert int(page.locator("[data-then]").inner_text()) < before
    page.get_by_role("button", name="I pay twelve bills on time").click()
    expect(page.locator("[aria-pressed=true]")).to_contain_text("twelve bills")
    # S4: the factor that bills feed rises, or is at its best already.
    assert int(page.locator("[data-then]").inner_text()) >= before
    # The real engine, with one contact thought away: who gives most was worth having.
    for button, holds in (
        ("I lose the contact who gives most", int.__le__),
        ("I lose the contact who takes most", int.__ge__),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.locator("[aria-pressed=true]")).to_contain_text(button)
        assert holds(int(page.locator("[data-then]").inner_text()), before), button
    page.goto("/score/")
    assert number(page) == before


def test_a11_she_withdraws_an_app_and_is_counted_anew_before_her_eyes(phone_of) -> None:
    page = phone_of("Li").page
    page.goto("/score/life/")
    before = number(page)
    section = page.locator("section", has=page.get_by_role("heading", name="Tool library"))
    section.get_by_role("button", name=re.compile("Revoke")).click()
    expect(page.get_by_text("reports nothing more", exact=False)).to_be_visible()
    expect(page.locator("[data-score]")).not_to_have_text(str(before), timeout=10_000)
    expect(page.get_by_text("counts no more", exact=True).first).to_be_visible()
