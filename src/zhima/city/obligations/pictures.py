"""Pictures of damage as they are kept: looked at, made small, stripped of all but the picture.

A picture is decoded and written anew: where and when it was taken, by which device, and whatever
else rode along in the file stays outside.
"""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from zhima.city.obligations.outcomes import Refusal, Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""A small file can unfold into more than memory holds."""
FORMATS = ("JPEG", "PNG", "WEBP")
SIDE, SMALL_SIDE = 1600, 240
"""Pixels of the longer side, as kept and as a thumbnail."""
QUALITY = 82
MEDIA_TYPE = "image/jpeg"


class Picture(NamedTuple):
    """JPEG bytes, without any metadata."""

    content: bytes
    small: bytes


def kept(content: bytes) -> Picture | Refused:
    """A picture as it may be kept, or why it is not."""
    if len(content) > MOST_BYTES:
        return Refused(Refusal.PHOTO_TOO_LARGE)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return Refused(Refusal.PHOTO_TOO_LARGE)
            upright = _on_paper(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError:
        return Refused(Refusal.PHOTO_TOO_LARGE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return Refused(Refusal.PHOTO_UNREADABLE)
    return Picture(_written(upright, SIDE), _written(upright, SMALL_SIDE))


def _on_paper(picture: Image.Image) -> Image.Image:
    """Without transparency, which JPEG has not."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _written(picture: Image.Image, side: int) -> bytes:
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    fresh.thumbnail((side, side))
    file = io.BytesIO()
    fresh.save(file, format="JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
