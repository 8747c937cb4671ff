"""The scanner: camera, picture and typed number, each sending what it read to be understood."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import segno
from PIL import Image, ImageFilter
from playwright.sync_api import Request, Route, expect

from tests.journeys.city.phones import Phone, chromium, needs_chromium

pytestmark = needs_chromium

TEXT = "https://pay.example/c/7h2k9"


def picture(text: str, *, turned: float = 0, blur: float = 0) -> Image.Image:
    """A code on a table, as a camera sees it."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("RGB").rotate(turned, expand=True, fillcolor="#d8d2c4")
    table = Image.new("RGB", (640, 480), "#d8d2c4")
    code.thumbnail((400, 400))
    table.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    return table.filter(ImageFilter.GaussianBlur(blur))


def film(image: Image.Image, path: Path) -> Path:
    """A film of one picture, for Chromium's camera."""
    frame = io.BytesIO()
    image.save(frame, format="JPEG", quality=70)
    path.write_bytes(frame.getvalue() * 10)
    return path


def is_reading(request: Request) -> bool:
    return request.method == "POST" and "text" in parse_qs(request.post_data or "")


def understood(route: Route) -> None:
    """The city's answer, left out: here only what the scanner sends matters."""
    if is_reading(route.request):
        route.fulfill(body="understood", content_type="text/plain")
    else:
        route.continue_()


def read_by(phone: Phone, act: Callable[[], object]) -> str:
    """What the page sends after `act`."""
    phone.page.route("**", understood)
    with phone.page.expect_request(is_reading, timeout=20_000) as sent:
        act()
    return parse_qs(sent.value.post_data)["text"][0]


def test_the_camera_reads_a_turned_and_blurred_code(address: str, tmp_path: Path) -> None:
    shown = film(picture(TEXT, turned=17, blur=1.2), tmp_path / "camera.mjpeg")
    with chromium(f"--use-file-for-fake-video-capture={shown}") as browser:
        phone = Phone(browser, address).enter("Ana")
        assert read_by(phone, lambda: phone.page.goto("/scan/")) == TEXT


@pytest.fixture
def ana(phone_of) -> Phone:
    phone = phone_of("Ana")
    phone.page.goto("/scan/")
    expect(phone.page.get_by_role("status")).to_have_text("Hold the code inside the frame.")
    phone.show("scan")
    return phone


def test_a_picture_is_read(ana: Phone, tmp_path: Path) -> None:
    picture(TEXT, turned=90).save(tmp_path / "code.jpg", quality=60)
    choose = ana.page.get_by_label("Picture")
    assert read_by(ana, lambda: choose.set_input_files(tmp_path / "code.jpg")) == TEXT


def test_a_picture_without_a_code_and_no_picture_say_so(ana: Phone, tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), "#d8d2c4").save(tmp_path / "table.png")
    (tmp_path / "letter.png").write_text("not a picture")
    choose, said = ana.page.get_by_label("Picture"), ana.page.get_by_role("status")
    choose.set_input_files(tmp_path / "table.png")
    expect(said).to_contain_text("No code was found")
    choose.set_input_files(tmp_path / "letter.png")
    expect(said).to_contain_text("not a picture")


def test_the_number_can_be_typed(ana: Phone) -> None:
    ana.page.get_by_role("button", name="Type it").click()
    ana.page.get_by_label("Number or text under the code").fill("281234567890123456")
    ana.show("scan-typing")
    go = ana.page.get_by_role("button", name="Go on")
    assert read_by(ana, go.click) == "281234567890123456"
