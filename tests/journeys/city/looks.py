"""Pages as people hold them: 360 px wide, light, dark and in Chinese, with nobody left out."""

from __future__ import annotations

import json
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.city.phones import PHONE, Phone

LOOKS: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "chinese": {"locale": "zh-CN"},
}
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
"""Everything that axe looks for by itself, and whether a finger hits each target (24 px).

Violations alone: naming all that is as it should be takes longer than looking for what is not.
"""
BY_LAW = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_SCRIPT_BYTES = 300_000
"""Decoded, of one page."""
THUMB_PX = 44
_LOW_BUTTONS = """(least) => [...document.querySelectorAll("button, a.button, a.row, nav a")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < least)
  .map((each) => `low (${Math.round(each.getBoundingClientRect().height)} px): `
    + each.outerHTML.slice(0, 100))"""
_BARE_RULES = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const said = walk.currentNode, part = said.parentElement;
    if (/\\w#[0-9a-f]{12}/.test(said.data) && !part.closest(".rule-id, code, script"))
      found.push(`a rule by its id alone: ${said.data.trim().slice(0, 100)}`);
  }
  return found;
}"""
_SCRIPT_BYTES = """() => [
  ...performance.getEntriesByType("resource")
    .filter((each) => new URL(each.name).pathname.endsWith(".js"))
    .map((each) => each.decodedBodySize),
  ...[...document.scripts].map((each) => each.text.length),
].reduce((sum, each) => sum + each, 0)"""


def barriers_on(page: Page, *, frame_is_ours: bool = True) -> list[str]:
    """What shuts somebody out of the page that is open.

    In another's frame it is what WCAG demands; good practice beyond that is the frame's to choose.
    """
    asked = RULES if frame_is_ours else {**RULES, "runOnly": {"type": "tag", "values": BY_LAW}}
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in Axe().run(page, options=asked).response["violations"]
        for node in violation["nodes"]
    ]


def low_buttons(page: Page) -> list[str]:
    """Buttons, rows and tabs of the open page that are lower than a thumb hits well."""
    found: list[str] = page.evaluate(_LOW_BUTTONS, THUMB_PX)
    return found


def bare_rules(page: Page) -> list[str]:
    """Sentences of the open page that name a rule by its id, where it has words."""
    found: list[str] = page.evaluate(_BARE_RULES)
    return found


def script_bytes(page: Page) -> int:
    """How much script the open page has, decoded: its files, from the cache or not, and its own."""
    return int(page.evaluate(_SCRIPT_BYTES))


def faults_on(
    page: Page,
    *,
    width: int = PHONE["width"],
    most_script_bytes: int = MOST_SCRIPT_BYTES,
    frame_is_ours: bool = True,
) -> list[str]:
    """All that is wrong with the page that is open, one line a fault."""
    wide, shipped = page.evaluate("document.documentElement.scrollWidth"), script_bytes(page)
    return [
        *([f"is {wide} px wide"] if wide > width else []),
        *([f"ships {shipped} bytes of script"] if shipped > most_script_bytes else []),
        *(low_buttons(page) if frame_is_ours else []),
        *(bare_rules(page) if frame_is_ours else []),
        *barriers_on(page, frame_is_ours=frame_is_ours),
    ]


def look_through(phone: Phone, paths: Iterable[str], look: str) -> None:
    """Open each page, keep a picture, and fail for one that is too wide or shuts somebody out."""
    faults = {}
    for path in paths:
        phone.page.goto(path)
        phone.show(f"{look}-{path.partition('?')[0].strip('/').replace('/', '-') or 'home'}")
        if found := faults_on(phone.page):
            faults[path] = found
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)
