"""Signed JSON as the standards write it: compact JWS with ES256, over joserfc."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from zhima.city.credential.reasons import NoProof, Unproved

ALGORITHM = "ES256"
CURVE = "P-256"
MOST_CHARACTERS = 20_000


def new_key() -> ECKey:
    """A new key pair on P-256, which every browser can use."""
    return ECKey.generate_key(CURVE)


def key_of(jwk: Mapping[str, Any]) -> ECKey:
    """The key in a JWK; Unproved when it is none on P-256."""
    try:
        if jwk.get("kty") != "EC" or jwk.get("crv") != CURVE:
            raise Unproved(NoProof.TORN, "a key is on P-256")
        return ECKey.import_key({name: str(value) for name, value in jwk.items()})
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unproved(NoProof.TORN, "a key is on P-256") from error


def public(key: ECKey) -> dict[str, str]:
    """The public half as a JWK."""
    return {name: str(value) for name, value in key.as_dict(private=False).items()}


def sign(claims: Mapping[str, Any], *, kind: str, key: ECKey) -> str:
    """Claims as a compact JWS whose header says what kind of token it is."""
    header = {"alg": ALGORITHM, "typ": kind, "kid": key.thumbprint()}
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


def opened(
    token: str, *, kind: str, key: ECKey, forged: NoProof = NoProof.FORGED
) -> dict[str, Any]:
    """The claims of a token that this key signed as this kind; Unproved when it did not."""
    header, claims = unchecked(token)
    if header.get("typ") != kind:
        raise Unproved(NoProof.OTHER_KIND, f"this is no {kind}")
    try:
        jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise Unproved(forged, "the signature does not fit") from error
    return claims


def unchecked(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, whoever signed them; Unproved when it is no token."""
    try:
        read = jws.extract_compact(token.encode("ascii"))
        claims = json.loads(read.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise Unproved(NoProof.TORN, "this is no signed token") from error
    if not isinstance(claims, dict):
        raise Unproved(NoProof.TORN, "this is no signed token")
    return read.headers(), claims
