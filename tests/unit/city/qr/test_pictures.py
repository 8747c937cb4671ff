"""Pictures are read back by an independent reader, also when they are turned, blurred, squeezed."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from tests.unit.city.qr.codes import BO, SPECIFICATION_SAMPLE, STALL, TABLE
from zhima.city.qr.pictures import BAR_HEIGHT_MODULES, QUIET_BARS, bars, bars_svg, qr_png, qr_svg
from zhima.city.qr.reading import code_text
from zhima.city.qr.sheet import sheet_pdf, sheet_svg

TEXTS = [code_text(STALL), code_text(TABLE), code_text(BO), SPECIFICATION_SAMPLE]
PAY_CODE = "278436557949444142"


def read_back(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def rendered(text: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text))).convert("L")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("degrees", [0, 7, 45, 90, 180, 233])
def test_a_turned_code_is_read(text: str, degrees: int) -> None:
    assert read_back(rendered(text).rotate(degrees, expand=True, fillcolor=255)) == [text]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("radius", [1, 2, 3])
def test_a_blurred_code_is_read(text: str, radius: int) -> None:
    assert read_back(rendered(text).filter(ImageFilter.GaussianBlur(radius))) == [text]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("quality", [60, 20, 5])
def test_a_jpeg_of_it_is_read(text: str, quality: int) -> None:
    file = io.BytesIO()
    rendered(text).save(file, "jpeg", quality=quality)
    assert read_back(Image.open(file)) == [text]


@pytest.mark.parametrize("text", TEXTS)
def test_all_at_once_on_a_photograph_of_a_wall(text: str) -> None:
    wall = Image.effect_noise((1200, 900), 40)
    code = rendered(text)
    wall.paste(code, (300, 120))
    photograph = wall.rotate(12, fillcolor=128).filter(ImageFilter.GaussianBlur(1.5))
    file = io.BytesIO()
    photograph.save(file, "jpeg", quality=40)
    assert read_back(Image.open(file)) == [text]


def test_the_bar_code_of_a_pay_code_is_read() -> None:
    drawn = bars(PAY_CODE)
    picture = Image.new("L", (3 * (drawn[-1][1] + 2 * QUIET_BARS), 3 * BAR_HEIGHT_MODULES), 255)
    for start, end in drawn:
        left, right = 3 * (QUIET_BARS + start), 3 * (QUIET_BARS + end) - 1
        ImageDraw.Draw(picture).rectangle((left, 0, right, picture.height), 0)
    (found,) = zxingcpp.read_barcodes(picture.rotate(4, fillcolor=255))
    assert (found.text, found.format) == (PAY_CODE, zxingcpp.BarcodeFormat.Code128)
    assert drawn == [
        (int(x) - QUIET_BARS, int(x) - QUIET_BARS + int(width))
        for x, width in re.findall(r"M(\d+) 0h(\d+)", bars_svg(PAY_CODE, title="x"))
    ]


def test_the_elements_for_pages_are_well_formed_and_titled() -> None:
    for element in (qr_svg("x", title="<Ana & Bo>"), bars_svg(PAY_CODE, title="<Ana & Bo>")):
        assert "<Ana & Bo>" in "".join(ET.fromstring(element).itertext())


def drawn_from(svg: str, pixels_a_point: int = 3) -> Image.Image:
    """The dark bars of a printed sheet as a picture; the file has one path of closed rectangles."""
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
    picture = Image.new("L", (round(width * pixels_a_point), round(height * pixels_a_point)), 255)
    pen = ImageDraw.Draw(picture)
    number = r"(-?[\d.]+)"
    for bar in re.findall(
        f"M{number} {number}h{number}v{number}h", root.find(f"{space}path").attrib["d"]
    ):
        x, y, wide, high = (float(value) * pixels_a_point for value in bar)
        pen.rectangle((x, y, x + wide - 1, y + high - 1), 0)
    return picture


@pytest.mark.parametrize("text", TEXTS)
def test_the_printed_sheet_is_read(text: str) -> None:
    assert read_back(drawn_from(sheet_svg(text, title="Old Wu"))) == [text]


def test_the_sheet_names_the_payee_in_both_scripts() -> None:
    svg = sheet_svg("x", title="老吴 & sons", line="Scan to pay")
    assert {"老吴 & sons", "Scan to pay"} <= set(ET.fromstring(svg).itertext())
    pdf = sheet_pdf("x", title="老吴 & sons", line="Scan to pay")
    assert pdf.startswith(b"%PDF-")
    assert b"STSong-Light" in pdf
    assert b"STSong-Light" not in sheet_pdf("x", title="Old Wu")


def test_a_long_name_still_fits_on_the_sheet() -> None:
    svg = sheet_svg("x", title="The very long name of a shop that sells tea and noodles")
    (size, *_) = re.findall(r'font-size="([\d.]+)"', svg)
    assert float(size) < 26
