"""Codes of mini-apps, as the scanner reads them: `zhima-app:<app>:<offer>`."""

from __future__ import annotations

import re

from django.urls import NoReverseMatch, reverse

PREFIX = "zhima-app:"
_CODE = re.compile(r"zhima-app:([a-z][a-z0-9-]{1,39}):([A-Za-z0-9_-]{1,40})")


def app_code(app_id: str, offer_key: str) -> str:
    """What stands in the code on a bike, a locker, a table."""
    return f"{PREFIX}{app_id}:{offer_key}"


def read_scan(text: str) -> str | None:
    """Where a scanned text leads; None when it is not an app's."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return reverse(f"{found[1]}:offer", args=[found[2]])
    except NoReverseMatch:
        return None
