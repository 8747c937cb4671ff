"""Starting the demo over: the page leaves a wish in the data folder, `zhima demo` fulfils it.

The city cannot forget its databases while its own threads use them, so the command that runs it
stops it, removes them, lets the residents' past happen again and serves on at the same address.
Knows no web framework: the command that waits for the wish must stay small.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from uuid import uuid4

SUPERVISED = "ZHIMA_DEMO_SUPERVISED"
"""Set by the command that fulfils wishes."""

_WISH = "start-over"
_DATABASES = ("city", "ledger")
_STEPPED_TIME = "clock-lead"
"""The file of `zhima.city.clock`, which a program that knows no web framework cannot import."""


@cache
def life() -> str:
    """Names this life of the serving process; after the demo has started over there is another.

    Made when first asked for, not when imported: a forked server inherits what is imported.
    """
    return uuid4().hex


def is_possible() -> bool:
    """Whether somebody is there to fulfil a wish."""
    return bool(os.environ.get(SUPERVISED)) and not os.environ.get("DATABASE_URL")


def wish(home: Path) -> None:
    """Ask for it."""
    (home / _WISH).touch()


def is_wished(home: Path) -> bool:
    """Whether it was asked for."""
    return (home / _WISH).exists()


def forget(home: Path) -> None:
    """Remove databases, stepped time and the wish, and nothing else that may be in the folder."""
    for name in _DATABASES:
        for path in home.glob(f"{name}.sqlite3*"):
            path.unlink()
    for name in (_STEPPED_TIME, _WISH):
        (home / name).unlink(missing_ok=True)
