"""A sheet to print and put on a counter or a shirt, as PDF or as SVG: A6, sizes in points."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import NamedTuple

from reportlab.lib.pagesizes import A6
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from zhima.city.qr.pictures import QUIET_MODULES, dark_runs, qr_modules

INK, JADE = "#1f1b16", "#1f7a5c"
_LATIN = "Helvetica"
_HAN = "STSong-Light"
"""Every PDF reader brings this font for Chinese, so that none has to be embedded."""
_FONTS_ON_SCREEN = "Helvetica, Arial, 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
_WIDTH, _HEIGHT = A6
_STRIPE = 10
_CODE_TOP = 85
_CODE_SIDE = 215
_MARGIN = 24


class _Line(NamedTuple):
    """A centred line of text; `y` is its base line, from the top of the page."""

    text: str
    y: float
    size: float


class _Bar(NamedTuple):
    """Neighbouring dark modules of one row, from the page's top left corner."""

    x: float
    y: float
    width: float
    height: float


def sheet_pdf(text: str, *, title: str, line: str = "") -> bytes:
    """A page with the code of `text`, the payee's name above and a sentence below."""
    file = BytesIO()
    page = Canvas(file, pagesize=A6, bottomup=0)
    page.setTitle(title)
    page.setFillColor(JADE)
    page.rect(0, 0, _WIDTH, _STRIPE, stroke=0, fill=1)
    page.setFillColor(INK)
    for bar in _bars(text):
        page.rect(*bar, stroke=0, fill=1)
    for written in _lines(title, line):
        page.setFont(_font(written.text), written.size)
        page.drawCentredString(_WIDTH / 2, written.y, written.text)
    page.save()
    return file.getvalue()


def sheet_svg(text: str, *, title: str, line: str = "") -> str:
    """The same page as an SVG file."""
    path = "".join(
        f"M{bar.x:.2f} {bar.y:.2f}h{bar.width:.2f}v{bar.height:.2f}h-{bar.width:.2f}z"
        for bar in _bars(text)
    )
    words = "".join(
        f'<text x="{_WIDTH / 2:.2f}" y="{written.y:.2f}" font-size="{written.size:.2f}">'
        f"{escape(written.text)}</text>"
        for written in _lines(title, line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:.2f}pt" height="{_HEIGHT:.2f}pt" '
        f'viewBox="0 0 {_WIDTH:.2f} {_HEIGHT:.2f}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<rect width="100%" height="{_STRIPE}" fill="{JADE}"/><path fill="{INK}" d="{path}"/>'
        f'<g fill="{INK}" text-anchor="middle" font-family="{_FONTS_ON_SCREEN}">{words}</g></svg>'
    )


def _lines(title: str, line: str) -> list[_Line]:
    wanted = (
        _Line(title, 58, 26),
        _Line(line, _HEIGHT - 44, 13),
        _Line("OpenZhima", _HEIGHT - 22, 9),
    )
    return [_fitted(written) for written in wanted if written.text]


def _fitted(line: _Line) -> _Line:
    wide = stringWidth(line.text, _font(line.text), line.size)
    return line._replace(size=min(line.size, line.size * (_WIDTH - 2 * _MARGIN) / wide))


def _bars(text: str) -> list[_Bar]:
    rows = qr_modules(text)
    side = _CODE_SIDE / (len(rows) + 2 * QUIET_MODULES)
    left = (_WIDTH - _CODE_SIDE) / 2 + QUIET_MODULES * side
    top = _CODE_TOP + QUIET_MODULES * side
    return [
        _Bar(left + start * side, top + number * side, (end - start) * side, side)
        for number, row in enumerate(rows)
        for start, end in dark_runs(row)
    ]


def _font(text: str) -> str:
    if text.isascii():
        return _LATIN
    if _HAN not in getRegisteredFontNames():
        registerFont(UnicodeCIDFont(_HAN))
    return _HAN
