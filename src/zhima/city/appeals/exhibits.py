"""What may be shown: small papers and pictures, known by their first bytes and never by name."""

from __future__ import annotations

from typing import NamedTuple

from zhima.city.appeals.refusals import AppealRefused, Refusal

MOST_BYTES = 2 * 1024 * 1024
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class Paper(NamedTuple):
    """A file as it was handed in."""

    name: str
    content: bytes


def media_type(paper: Paper) -> str:
    """What it is; AppealRefused when it is too large or none of the known types."""
    if len(paper.content) > MOST_BYTES:
        raise AppealRefused(Refusal.EXHIBIT_TOO_LARGE)
    for signature, name in SIGNATURES:
        if paper.content.startswith(signature):
            return name
    raise AppealRefused(Refusal.EXHIBIT_UNREADABLE)
