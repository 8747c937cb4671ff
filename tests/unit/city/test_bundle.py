"""What the build hook makes: small, complete, and the same as the sources say."""

from __future__ import annotations

import re

from zhima.city.phone import assets

MOST_SCRIPT_BYTES = 300_000


def test_a_page_carries_little_script() -> None:
    scripts = list(assets.BUILT.glob("*.js"))
    assert scripts
    assert sum(path.stat().st_size for path in scripts) < MOST_SCRIPT_BYTES


def test_every_glyph_that_a_page_asks_for_is_there() -> None:

    city = assets.BUILT.parents[2]
    asked = {
        name
        for template in city.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text(encoding="utf-8"))
    }
    sprite = (assets.BUILT / assets.bundle()["icons.svg"]["file"]).read_text(encoding="utf-8")
    assert asked
    assert asked <= set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
