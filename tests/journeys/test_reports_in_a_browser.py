"""The reports that commands write, as people open them: from the disk, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.city.looks import LOOKS, barriers_on
from tests.journeys.city.phones import PHONE, chromium
from tests.journeys.command import zhima
from tests.journeys.test_own_table import write_people

WIDE = {"width": 1200, "height": 900}
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("reports")
    write_people(folder / "people.csv")
    table = ("--table", "people.csv", "--target", "y", "--group", "town")
    for words in (
        ("spine", "--out", "spine", "--members", "60", "--no-show"),
        ("fit", *table, "--ignore", "month", "-o", "card.yaml", "--report", "fitted.html"),
        ("validate", *table, "--card", "card.yaml", "--time", "month", "--report", "judged.html"),
    ):
        done = zhima(*words, cwd=folder)
        assert done.returncode == 0, done.stderr
    return sorted(folder.rglob("*.html"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "desk"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_report_shuts_nobody_out_and_loads_nothing(
    reports: list[Path], browser: Browser, look: str, screen: dict[str, int]
) -> None:
    assert len(reports) == 4
    context = browser.new_context(**{"viewport": screen, **LOOKS[look]})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for report in reports:
        page.goto(report.as_uri())
        assert barriers_on(page) == [], report.name
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert report.stat().st_size < MOST_BYTES
    assert asked == [report.as_uri() for report in reports]
    context.close()
