"""Every page of the routes on a small phone, so that a new one is looked at from its first day.

The tables of who may know each route, somebody who may open it, and a scene with what it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.city_books import city
from tests.journeys.city.looks import (
    LOOKS,
    bare_rules,
    barriers_on,
    faults_on,
    low_buttons,
    script_bytes,
)
from tests.journeys.city.phones import PHONE, chromium, needs_chromium
from tests.who_may import pages
from tests.who_may.pages import DESK, excuse_of, excuses, look_for_pages, scenes

__all__ = ["city"]
pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]
MOST_AT_A_DESK = 600_000
"""Bytes of script: its theme brings a library for charts; a phone's are drawn by the server."""
AT_A_DESK = {"width": 1280, "height": 800}


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("scene", scenes())
def test_every_page_fits_and_hides_nothing_from_anybody(scene: str, live_server: Any) -> None:
    found = look_for_pages(scene)
    forgotten = [route for route in found.nothing if excuse_of(route) is None]
    assert not forgotten, "these show no page: set their scene, or say in not_looked_at.yaml why"
    shown = [page for page in found.pages if excuse_of(page.route) is None]
    with chromium() as browser:
        faults = {
            look: faults
            for look in LOOKS
            if (faults := _look_through(browser, live_server.url, _of(shown, look), look))
        }
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)


def test_the_look_sees_what_it_looks_for() -> None:
    with chromium() as browser:
        tab = browser.new_page()
        tab.set_content(
            """<html lang="en"><title>T</title><main><h1>T</h1>
            <p style="color:#ccc;background:#fff">pale</p><input>
            <button style="padding:0;width:9px;height:9px;border:0;background:#000">1</button
            ><button style="padding:0;width:9px;height:9px;border:0;background:#000">2</button>
            <p>Counted under open#0123456789ab.</p><p>Open <b class="rule-id">open#0123456789ab</b>
            </main><script>const long = "%s";</script>"""
            % ("x" * 4000)
        )
        seen = {barrier.partition(":")[0] for barrier in barriers_on(tab)}
        assert {"color-contrast", "label", "target-size"} <= seen
        assert len(low_buttons(tab)) == 2
        assert len(bare_rules(tab)) == 1
        assert 4000 < script_bytes(tab) < 4100


def test_nobody_is_excused_twice_or_for_nothing() -> None:
    routes = pages.every_route()
    unused = [each for each in excuses() if not any(excuse_of(route) == each for route in routes)]
    assert not unused


def _of(shown: list[pages.Page], look: str) -> list[pages.Page]:
    """All pages by day; in the dark and in Chinese one of each template."""
    return shown if look == "light" else list({page.template: page for page in shown}.values())


def _look_through(
    browser: Browser, address: str, shown: Iterable[pages.Page], look: str
) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    by_reader: dict[tuple[str, bool], list[pages.Page]] = {}
    for page in shown:
        by_reader.setdefault((page.session, page.route in DESK), []).append(page)
    for (session, at_a_desk), theirs in by_reader.items():
        screen = AT_A_DESK if at_a_desk else PHONE
        context = browser.new_context(
            base_url=address, viewport=screen, reduced_motion="reduce", **LOOKS[look]
        )
        if session:
            crumb = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
            context.add_cookies([crumb])
        # A stream would outlive its page in the server of the test.
        context.route("**/live/", lambda asked: asked.abort())
        tab = context.new_page()
        for page in theirs:
            if wrong := _faults_of(tab, page, screen["width"]):
                faults[page.path] = wrong
        context.close()
    return faults


def _faults_of(tab: Page, page: pages.Page, width: int) -> list[str]:
    answer = tab.goto(page.path)
    assert answer is not None
    if answer.status != 200:
        return [f"answers {answer.status}"]
    if page.route in DESK:
        return faults_on(tab, width=width, most_script_bytes=MOST_AT_A_DESK, frame_is_ours=False)
    return faults_on(tab)
