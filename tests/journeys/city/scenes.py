"""A city of its own whose phones see what another one shows: the camera films real screens."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.journeys.city.phones import Phone, chromium, running_city
from zhima.city.ledger.audit import audit
from zhima.city.ledger.history import find_account
from zhima.city.ledger.stores import open_store

TABLE = "#d8d2c4"
FRAME = (640, 480)
CODE_SIDE = 400
READS_WITHIN_MS = 20_000


class Camera:
    """What the fake camera of a browser films; it reads the file anew each time it is opened."""

    def __init__(self, film: Path) -> None:
        self._film = film
        self.show(Image.new("RGB", FRAME, TABLE))

    @property
    def flag(self) -> str:
        """For Chromium's command line."""
        return f"--use-file-for-fake-video-capture={self._film}"

    def show(self, seen: Image.Image) -> None:
        """Hold something before it, a little askew as hands do."""
        thing = seen.convert("RGB").rotate(6, expand=True, fillcolor=TABLE)
        thing.thumbnail((CODE_SIDE, CODE_SIDE))
        table = Image.new("RGB", FRAME, TABLE)
        table.paste(thing, ((FRAME[0] - thing.width) // 2, (FRAME[1] - thing.height) // 2))
        frame = io.BytesIO()
        table.save(frame, format="JPEG", quality=80)
        self._film.write_bytes(frame.getvalue() * 10)


@dataclass
class Street:
    """Phones of one city, and its books."""

    address: str
    home: Path
    camera: Camera
    browser: Browser
    _phones: list[Phone]

    def phone(self, name: str = "", **options: object) -> Phone:
        """A resident's phone; without a name one that nobody is logged in on."""
        self._phones.append(Phone(self.browser, self.address, **options))
        return self._phones[-1].enter(name) if name else self._phones[-1]

    def scan(self, phone: Phone, code: Locator | Image.Image, button: str = "Scan") -> Page:
        """Tap a button that opens the camera, and hold it over a code on another screen."""
        code = picture(code) if isinstance(code, Locator) else code
        self.camera.show(code)
        page = phone.page
        with page.expect_request(_is_reading, timeout=READS_WITHIN_MS):
            page.get_by_role("link", name=button, exact=True).click()
        expect(page.locator("[data-scanner]")).to_have_count(0)
        return page

    def sum_of_all_fen(self) -> int:
        """The sum over all accounts, after an audit of the whole books."""
        store = open_store(f"sqlite:///{self.home}/ledger.sqlite3", create=False)
        try:
            assert not audit(store).findings
            with store.reading() as reader:
                ((total,),) = reader.rows(
                    "SELECT SUM(posted_credits_fen) - SUM(posted_debits_fen) FROM ledger_accounts"
                )
            return int(total)
        finally:
            store.close()

    def balance_fen(self, account_id: str) -> int:
        """What an account has."""
        store = open_store(f"sqlite:///{self.home}/ledger.sqlite3", create=False)
        try:
            return find_account(store, account_id=account_id).balance_fen
        finally:
            store.close()


def _is_reading(request: Request) -> bool:
    return request.method == "POST" and "text" in parse_qs(request.post_data or "")


def picture(of: Locator) -> Image.Image:
    """A photo of a part of a screen."""
    return Image.open(io.BytesIO(of.screenshot()))


def code_on(phone: Phone) -> Locator:
    """The code that a phone shows."""
    return phone.page.locator(".qr svg")


@contextmanager
def street(home: Path, **environment: str) -> Iterator[Street]:
    """A running demo, a browser whose camera can be shown things, phones put away at the end."""
    camera, phones = Camera(home / "camera.mjpeg"), []
    with ExitStack() as stack:
        address = stack.enter_context(running_city(home, **environment))
        browser = stack.enter_context(chromium(camera.flag))
        yield Street(address, home, camera, browser, phones)
        complaints = [_put_away(phone) for phone in phones]
    assert not any(complaints), complaints


def _put_away(phone: Phone) -> str:
    try:
        phone.close()
    except AssertionError as complaint:
        return str(complaint)
    return ""
