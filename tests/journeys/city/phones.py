"""Phones for journeys: a running demo city, Chromium, and residents who log in on it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.laid_out import as_a_user

SCREENSHOTS = Path(__file__).parents[3] / ".cache" / "screenshots"
CHROMIUM = which("chromium")
PHONE = {"width": 360, "height": 740}
STARTS_WITHIN_S = 180
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is absent: apt-get install chromium"
)


@contextmanager
def running_city(home: Path, **environment: str) -> Iterator[str]:
    """The address of the demo in a folder, opened as a user does; `environment` says more."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["demo", "--home", str(home), "--port", str(port)]
    log = (home / "city.log").open("w+")
    city = subprocess.Popen(
        [sys.executable, "-m", "zhima", *words],
        stdout=log,
        stderr=log,
        env=as_a_user(**environment),
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(address, city, home / "city.log")
        yield address
    finally:
        city.terminate()
        try:
            city.wait(15)
        except subprocess.TimeoutExpired:
            city.kill()


def _wait_for(address: str, city: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and city.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/offline/"):
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"the city did not start: {log.read_text()}")


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The browser; `flags` say what its camera sees."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *CAMERA, *flags]
        )
        yield browser
        browser.close()


class Phone:
    """One resident's phone."""

    def __init__(self, browser: Browser, city: str, **options: object) -> None:
        options = {"viewport": PHONE, "locale": "en-US", "permissions": ["camera"], **options}
        self._context = browser.new_context(base_url=city, **options)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.troubles.append(line.text) if line.type == "error" else None,
        )

    def enter(self, name: str) -> Phone:
        """Log in as a resident of the demo."""
        self.page.goto("/")
        self.page.locator("button.row").filter(has_text=name).first.click()
        self.page.wait_for_url("**/")
        return self

    def offline(self, without: bool) -> None:
        """Pull the plug, or put it back."""
        self._context.set_offline(without)

    @property
    def balance(self) -> str:
        """What the home page shows now, without loading it."""
        return self.page.locator("[data-balance]").inner_text()

    def show(self, name: str) -> None:
        """Keep a screenshot to be looked at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def close(self) -> None:
        """Put it away; scripts that failed fail the journey."""
        self._context.close()
        if self.troubles:
            raise AssertionError(f"the page complained: {self.troubles}")
