"""What an entry says: a public body without names, and the private detail it commits to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

SALT_BYTES = 16
READ = "disclosure.read"
REFUSED = "disclosure.refused"
_DOMAIN = b"zhima-disclosure-commitment/1\x00"


class Sealed(NamedTuple):
    """Both sides of an entry."""

    body: bytes
    salt: bytes
    detail: dict[str, Any]


def canonical(record: Mapping[str, Any]) -> bytes:
    """The one JSON text of a record: sorted keys, no spaces, UTF-8."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def commitment(salt: bytes, detail: Mapping[str, Any]) -> bytes:
    """SHA-256 over a domain, the salt and the detail; without the salt it tells nothing."""
    return hashlib.sha256(_DOMAIN + salt + canonical(detail)).digest()


def seal(
    *,
    kind: str,
    at: datetime,
    reader_kind: str,
    detail: Mapping[str, Any],
    sealed_until: datetime | None = None,
) -> Sealed:
    """An entry to append; the detail is what the person sees, the body what everybody may see."""
    salt = secrets.token_bytes(SALT_BYTES)
    public = {
        "at": stamp(at),
        "commitment": base64.b64encode(commitment(salt, detail)).decode(),
        "kind": kind,
        "reader": reader_kind,
    }
    if sealed_until is not None:
        public["sealed_until"] = stamp(sealed_until)
    return Sealed(canonical(public), salt, dict(detail))


def opens(body: bytes, *, salt: bytes, detail: Mapping[str, Any]) -> bool:
    """Whether a detail and its salt are what a body committed to."""
    expected = base64.b64encode(commitment(salt, detail)).decode()
    return secrets.compare_digest(expected, json.loads(body).get("commitment", ""))


def stamp(at: datetime) -> str:
    """A moment as the log writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
