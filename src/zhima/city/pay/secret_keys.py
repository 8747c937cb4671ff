"""Keys of the pay room, each derived from the city's secret for one purpose."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from django.conf import settings


@cache
def key_for(purpose: str) -> bytes:
    """Thirty-two bytes that tell nothing of the keys for other purposes."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"pay:{purpose}".encode(), hashlib.sha256)


def entry_id(kind: str, *parts: str) -> str:
    """A ledger id made of who asks and the key they chose: the same for the same wish, always."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=20).hexdigest()
    return f"{kind}:{digest}"
