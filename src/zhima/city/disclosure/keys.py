"""The key that signs the log's heads: made at first start, in the data folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from zhima.city.merkle.notes import PublicKey, SecretKey
from zhima.city.secret import kept_secret

_FILE = "log.key"


def public_key() -> PublicKey:
    """What others check heads with."""
    return secret_key().public


def secret_key() -> SecretKey:
    """The log's own key, named after the log."""
    return _kept(Path(settings.HOME), settings.LOG_NAME)


@cache
def _kept(home: Path, name: str) -> SecretKey:
    return SecretKey.parse(kept_secret(home / _FILE, lambda: SecretKey.generate(name).text()))
