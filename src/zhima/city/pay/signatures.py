"""Standard Webhooks signatures (standardwebhooks.com): HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

TOLERANCE_S = 300
"""How far the sender's clock may be off; an older message may be a replay."""
SECRET_PREFIX = "whsec_"


def new_secret() -> str:
    """A signing secret as both sides write it down."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signed_headers(*, secret: str, message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers that go with `body`."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{_signature(secret, message_id, str(at_s), body)}",
    }


def is_signed(headers: Mapping[str, str], *, secret: str, body: bytes, at_s: float) -> bool:
    """Whether `body` comes, not long ago, from somebody who knows the secret."""
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12):
        return False
    if not message_id or abs(at_s - int(sent_at)) > TOLERANCE_S:
        return False
    expected = _signature(secret, message_id, sent_at, body)
    offered = headers.get("webhook-signature", "").split(" ")
    # A sender that changes its secret signs with both for a while.
    return any(hmac.compare_digest(f"v1,{expected}".encode(), one.encode()) for one in offered)


def _signature(secret: str, message_id: str, at_s: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{at_s}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
