"""A badge: an SD-JWT VC whose one claim is hidden behind a salted digest, bound to a holder's key.

RFC 9901 (SD-JWT) and draft-ietf-oauth-sd-jwt-vc. As text: `<issuer's JWS>~<disclosure>~`, and
`<key binding JWS>` after it when it is shown. It carries neither the score nor whose it is; times
are whole days, so that badges of one day look alike.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from joserfc.jwk import ECKey

from zhima.city.credential import tokens
from zhima.city.credential.reasons import NoProof, Unproved

KIND = "dc+sd-jwt"
BINDING_KIND = "kb+jwt"
VCT = "urn:openzhima:badge:score-at-least:1"
CLAIM = "at_least"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a badge as text."""

    token: str
    disclosures: tuple[str, ...]
    binding: str
    """Empty while it is only kept."""

    @property
    def without_binding(self) -> str:
        """What the key binding signs over."""
        return "~".join((self.token, *self.disclosures, ""))

    def text(self) -> str:
        """As it is shown or kept."""
        return self.without_binding + self.binding


def issue(
    *,
    issuer: str,
    at_least: int,
    on: date,
    until: date,
    holder: dict[str, str],
    status_index: int,
    status_uri: str,
    key: ECKey,
) -> str:
    """A badge that says "at least" until the end of a day (UTC), for the holder of a public key."""
    disclosure = _disclosure(CLAIM, at_least)
    claims = {
        "iss": issuer,
        "iat": _midnight(on),
        "exp": _midnight(until) + 24 * 3600,
        "vct": VCT,
        "cnf": {"jwk": tokens.public(tokens.key_of(holder))},
        "status": {"status_list": {"idx": status_index, "uri": status_uri}},
        "_sd": [digest(disclosure)],
        "_sd_alg": "sha-256",
    }
    return Shown(tokens.sign(claims, kind=KIND, key=key), (disclosure,), "").text()


def show(badge: str, *, key: ECKey, audience: str, nonce: str, at: datetime) -> str:
    """A kept badge, bound to one showing: for whom, by which number of theirs, when."""
    kept = parse(badge)
    claims = {
        "iat": int(at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest(kept.without_binding),
    }
    binding = tokens.sign(claims, kind=BINDING_KIND, key=key)
    return Shown(kept.token, kept.disclosures, binding).text()


def parse(text: str) -> Shown:
    """The parts of a badge; Unproved when it is none."""
    parts = text.strip().split("~")
    if len(text) > tokens.MOST_CHARACTERS or len(parts) < 2 or not parts[0]:
        raise Unproved(NoProof.TORN, "a badge is a token, what it discloses, and a binding")
    return Shown(parts[0], tuple(parts[1:-1]), parts[-1])


def digest(text: str) -> str:
    """SHA-256 of a text in base64url, as SD-JWT writes digests."""
    hashed = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def disclosed(claims: dict[str, Any], disclosures: tuple[str, ...]) -> dict[str, Any]:
    """The claims that the disclosures open; Unproved for one that the issuer did not hide."""
    hidden = claims.get("_sd")
    found: dict[str, Any] = {}
    for disclosure in disclosures:
        if not isinstance(hidden, list) or digest(disclosure) not in hidden:
            raise Unproved(NoProof.OTHER_CLAIM, "the issuer did not say this")
        _salt, name, value = _read(disclosure)
        found[name] = value
    return found


def _disclosure(name: str, value: object) -> str:
    salt = secrets.token_urlsafe(SALT_BYTES)
    text = json.dumps([salt, name, value], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(disclosure: str) -> tuple[str, str, Any]:
    try:
        padded = disclosure + "=" * (-len(disclosure) % 4)
        salt, name, value = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, TypeError) as error:
        raise Unproved(NoProof.TORN, "a disclosure is a salt, a name and a value") from error
    return str(salt), str(name), value


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
