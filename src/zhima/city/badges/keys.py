"""The key that signs badges: made at first start, in the data folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from joserfc.jwk import ECKey

from zhima.city.credential.tokens import key_of, new_key, public
from zhima.city.secret import kept_secret

_FILE = "badge.key"


def issuer_key() -> ECKey:
    """The city's key."""
    return _kept(Path(settings.HOME))


def public_jwk() -> dict[str, str]:
    """What verifiers check with, as a JWK."""
    return {**public(issuer_key()), "alg": "ES256", "use": "sig"}


@cache
def _kept(home: Path) -> ECKey:
    made = kept_secret(home / _FILE, lambda: json.dumps(new_key().as_dict(private=True)))
    return key_of(json.loads(made))
