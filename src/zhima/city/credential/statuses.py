"""The list of revoked badges: one bit each, signed, small (draft-ietf-oauth-status-list).

A verifier fetches the whole list, so that nobody learns which badge it was shown.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc.jwk import ECKey

from zhima.city.credential import tokens
from zhima.city.credential.reasons import NoProof, Unproved

KIND = "statuslist+jwt"
BITS = 1
GOOD_FOR = timedelta(days=2)
"""A verifier without a connection may use a list so long."""
_MOST_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class StatusList:
    """Who is revoked, as of a moment."""

    uri: str
    exp: int
    bits: bytes

    def is_revoked(self, index: int) -> bool:
        """Whether a badge is revoked; Unproved for an index that the list does not cover."""
        if not 0 <= index < 8 * len(self.bits):
            raise Unproved(NoProof.NO_STATUS, "the list does not speak of this badge")
        return bool(self.bits[index >> 3] >> (index & 7) & 1)


def pack(revoked: Iterable[int], *, size: int) -> bytes:
    """Bits of a list, the first badge in the lowest bit of the first byte; `size` in badges."""
    bits = bytearray((size + 7) // 8)
    for index in revoked:
        bits[index >> 3] |= 1 << (index & 7)
    return bytes(bits)


def compressed(bits: bytes) -> str:
    """Bits as the list carries them."""
    return base64.urlsafe_b64encode(zlib.compress(bits, 9)).decode().rstrip("=")


def sign_list(bits: bytes, *, uri: str, at: datetime, key: ECKey) -> str:
    """The list as a signed token."""
    claims = {
        "sub": uri,
        "iat": int(at.timestamp()),
        "exp": int((at + GOOD_FOR).timestamp()),
        "ttl": 300,
        "status_list": {"bits": BITS, "lst": compressed(bits)},
    }
    return tokens.sign(claims, kind=KIND, key=key)


def open_list(token: str, *, key: ECKey, at: datetime) -> StatusList:
    """A list that the issuer signed and that is not too old; Unproved when it is not."""
    claims = tokens.opened(token.strip(), kind=KIND, key=key)
    try:
        listed, exp, uri = claims["status_list"], int(claims["exp"]), str(claims["sub"])
        if listed["bits"] != BITS:
            raise Unproved(NoProof.NO_STATUS, "a list of one bit a badge is needed")
        bits = _decompressed(listed["lst"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unproved(NoProof.TORN, "this is no list of badges") from error
    if exp <= at.timestamp():
        raise Unproved(NoProof.NO_STATUS, "the list is too old: fetch a newer one")
    return StatusList(uri, exp, bits)


def _decompressed(lst: str) -> bytes:
    try:
        packed = base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4))
        return zlib.decompressobj().decompress(packed, _MOST_BYTES)
    except (zlib.error, binascii.Error) as error:
        raise Unproved(NoProof.TORN, "this is no list of badges") from error
