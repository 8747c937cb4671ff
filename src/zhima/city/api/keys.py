"""API keys: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets

from django.http import HttpRequest
from ninja.security import HttpBearer

from zhima.city import limits
from zhima.city.api.errors import ApiError
from zhima.city.api.models import ApiKey
from zhima.city.pay.models import Merchant

PREFIX = "zk_"
RATE = "1200/minute"


def make_key(merchant: Merchant) -> str:
    """A new key for a shop."""
    key = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(merchant=merchant, digest=_digest(key), start=key[:11])
    return key


class PartnerKey(HttpBearer):
    """`Authorization: Bearer zk_...`; the shop is then `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Merchant | None:
        """The shop whose key it is, unless the shop asks more often than `RATE`."""
        found = ApiKey.objects.select_related("merchant").filter(
            digest=_digest(token), revoked_at=None
        )
        key = found.first()
        if key is None:
            return None
        # By shop, not by key: a fresh key brings no fresh minute.
        keep_within(RATE, "api", key.merchant_id)
        return key.merchant


def keep_within(rate: str, what: str, who: object) -> None:
    """Count one request of somebody; 429 when it is more than a rate (`1200/minute`) allows."""
    if limits.within(rate, what, who):
        return
    raise ApiError(
        429,
        "too_many_requests",
        f"More requests than {rate.replace('/', ' a ')} came from you.",
        remedy="Wait for the minute to end, then send the same request again; "
        "use webhooks, not polls.",
    )


def _digest(key: str) -> str:
    # A key is 256 random bits: unlike a password it needs no slow hash.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
