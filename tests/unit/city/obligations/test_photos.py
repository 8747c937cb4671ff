"""Photos of damage: any picture comes out as a picture alone; whatever is none is named."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.agreements import Agreement, agreement
from tests.city_phones import Phone, resident
from tests.market_phones import booking_on, books, opens, tomorrow
from zhima.city.obligations import photos, pictures
from zhima.city.obligations.models import Obligation, Photo
from zhima.city.obligations.outcomes import Refusal, Refused

WHERE = "Latitude 30.66"
MAKER = "Made by Somebody's phone"


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (180, 60, 40)).save(file, format=kind, **more)
    return file.getvalue()


def with_secrets(kind: str = "JPEG") -> bytes:
    """A picture that says where it was taken, by what, and lies on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = MAKER, 6
    exif.get_ifd(0x8825)[29] = WHERE
    return picture((640, 480), kind, exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_rides_along(kind: str) -> None:
    content = with_secrets(kind)
    assert MAKER.encode() in content
    made = pictures.kept(content)
    for kept in made:
        opened = Image.open(io.BytesIO(kept))
        assert opened.format == "JPEG"
        assert not opened.getexif()
        assert not {MAKER.encode(), WHERE.encode(), b"Exif"} & {
            word for word in (MAKER.encode(), WHERE.encode(), b"Exif") if word in kept
        }
    assert Image.open(io.BytesIO(made.content)).size == (480, 640), "upright, as it was held"


def test_large_ones_are_made_small() -> None:
    made = pictures.kept(picture((4000, 1000)))
    assert Image.open(io.BytesIO(made.content)).size == (1600, 400)
    assert Image.open(io.BytesIO(made.small)).size == (240, 60)


def test_what_is_behind_glass_is_seen_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, format="PNG")
    made = pictures.kept(file.getvalue())
    assert min(Image.open(io.BytesIO(made.content)).getpixel((5, 5))) > 250


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Refusal.PHOTO_UNREADABLE),
        (b"%PDF-1.7 no picture", Refusal.PHOTO_UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.PHOTO_UNREADABLE),
        (picture(kind="GIF"), Refusal.PHOTO_UNREADABLE),
        (picture()[:300], Refusal.PHOTO_UNREADABLE),
        (bomb(), Refusal.PHOTO_TOO_LARGE),
        (picture() + b"x" * pictures.MOST_BYTES, Refusal.PHOTO_TOO_LARGE),
    ],
    ids=["empty", "pdf", "svg", "gif", "torn", "bomb", "heavy"],
)
def test_what_is_no_photo_is_refused_by_name(content: bytes, reason: Refusal) -> None:
    assert pictures.kept(content) == Refused(reason)


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"])
)
def test_any_bytes_are_a_picture_or_a_named_refusal(noise: bytes, start: bytes) -> None:
    assert isinstance(pictures.kept(start + noise), pictures.Picture | Refused)


@pytest.mark.usefixtures("city")
def test_the_same_picture_is_kept_once_and_six_are_enough() -> None:
    made: Agreement = agreement(fen=1)
    for size in (10, 20, 20, 30, 40, 50, 60):
        shown = photos.show(made.obligation, by="shop:test", content=picture((size, size)))
        assert isinstance(shown, Photo)
    assert made.obligation.photos.count() == photos.MOST
    refused = photos.show(made.obligation, by="shop:test", content=picture((70, 70)))
    assert refused == Refused(Refusal.PHOTOS_ENOUGH)


@pytest.mark.usefixtures("city")
def test_the_owner_shows_it_with_the_claim_and_only_the_two_sides_see_it() -> None:
    ana, desk = resident("Ana", fen=4000_00), opens("car", resident("Keeper"))
    car = booking_on(books(ana, "car", "little", tomorrow("car", "little"), freeze="yes"))
    desk.does("start", car)
    told = desk.does("finish", car, amount_fen="400", text="bent", photo=_file(b"no photo"))
    assert "This is no photo that can be read" in told.text
    assert Obligation.objects.get().state == "in_use", "nothing of a refused act stays"
    desk.does("finish", car, amount_fen="400", text="bent", photo=_file(with_secrets()))
    photo = Photo.objects.get()
    page = ana.get("obligations:one", photo.obligation_id)
    assert "Photos of the damage" in page.text
    assert f"/photo/{photo.pk}/small/" in page.text
    desk.hires(clerk := resident("Clerk"))
    assert [_looks(each, photo) for each in (ana, desk.keeper, clerk)] == [200, 200, 200]
    assert _looks(resident("Stranger"), photo) == 404
    answer = ana.client.get(f"/agreements/{photo.obligation_id}/photo/{photo.pk}/")
    assert (answer["Content-Type"], MAKER.encode() in answer.content) == ("image/jpeg", False)
    assert "private" in answer["Cache-Control"]


def _file(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "damage.jpg"
    return file


def _looks(phone: Phone, photo: Photo) -> int:
    pages = [
        f"/agreements/{photo.obligation_id}/photo/{photo.pk}/{size}" for size in ("", "small/")
    ]
    found = {phone.client.get(page).status_code for page in pages}
    assert len(found) == 1
    return found.pop()
