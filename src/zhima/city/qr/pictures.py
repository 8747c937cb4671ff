"""Codes as pictures: QR as SVG or PNG, the pay code also as a Code 128 bar code."""

from __future__ import annotations

from html import escape
from io import BytesIO
from itertools import accumulate, pairwise

import segno
from reportlab.graphics.barcode.code128 import Code128

QUIET_MODULES = 4
"""White modules around a QR code that ISO/IEC 18004 asks for."""
QUIET_BARS = 10
BAR_HEIGHT_MODULES = 40


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark and light modules, without the quiet zone; error correction M or better."""
    return tuple(tuple(bool(module) for module in row) for row in _qr(text).matrix)


def dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Start and end of neighbouring dark modules: drawn singly, hairlines would part them."""
    padded = (False, *row, False)
    edges = [place for place, (left, right) in enumerate(pairwise(padded)) if left != right]
    return list(zip(edges[::2], edges[1::2], strict=True))


def qr_svg(text: str, *, title: str) -> str:
    """An SVG element for a page, as wide as its place; `title` is what a screen reader says."""
    picture = _qr(text).svg_inline(
        scale=1, border=QUIET_MODULES, omitsize=True, light="#fff", title=title
    )
    return str(picture)


def qr_png(text: str, *, pixels_a_module: int = 8) -> bytes:
    """A PNG file."""
    file = BytesIO()
    _qr(text).save(file, kind="png", scale=pixels_a_module, border=QUIET_MODULES)
    return file.getvalue()


def bars(digits: str) -> list[tuple[int, int]]:
    """Start and end of each dark bar of a Code 128 symbol, in modules, without quiet zone."""
    symbol = Code128(digits, quiet=0)
    symbol.validate()  # type: ignore[no-untyped-call]
    symbol.encode()  # type: ignore[no-untyped-call]
    symbol.decompose()  # type: ignore[no-untyped-call]
    # Bars and spaces take turns, a bar first; a letter's place in the alphabet is its width.
    widths = (ord(element) - ord("a") + 1 for element in symbol.decomposed.lower())
    edges = list(accumulate(widths, initial=0))
    return list(zip(edges[::2], edges[1::2], strict=True))


def bars_svg(digits: str, *, title: str) -> str:
    """The bar code as an SVG element, as wide and high as its place."""
    drawn = bars(digits)
    width, height = drawn[-1][1] + 2 * QUIET_BARS, BAR_HEIGHT_MODULES
    path = "".join(
        f"M{QUIET_BARS + start} 0h{end - start}v{height}h-{end - start}z" for start, end in drawn
    )
    return (
        f'<svg role="img" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def _qr(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
