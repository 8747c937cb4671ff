"""Pages as people hold them: 360 px wide, light, dark and in Chinese, with nobody left out."""

from __future__ import annotations

import json
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe

from tests.journeys.city.phones import PHONE, Phone

LOOKS: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "chinese": {"locale": "zh-CN"},
}


def look_through(phone: Phone, paths: Iterable[str], look: str) -> None:
    """Open each page, keep a picture, and fail for one that is too wide or shuts somebody out."""
    barriers = {}
    for path in paths:
        phone.page.goto(path)
        phone.show(f"{look}-{path.partition('?')[0].strip('/').replace('/', '-')}")
        width = phone.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} px wide"
        found = [
            f"{violation['id']}: {node['html'][:120]}"
            for violation in Axe().run(phone.page).response["violations"]
            for node in violation["nodes"]
        ]
        barriers |= {path: found} if found else {}
    assert not barriers, json.dumps(barriers, indent=1)
