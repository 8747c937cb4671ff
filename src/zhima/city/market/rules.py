"""What the rulebook and the vocabulary let an app ask for and report."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from zhima.city.clock import now
from zhima.engine.events.vocabulary import KINDS, why_not_a_kind
from zhima.engine.rulebook.load import load, shipped_names
from zhima.engine.rulebook.never import barred, forbidden_input

PURPOSES = ("payments", "bills", "credit", "agreements", "identity", "ratings")
"""What evidence is for. Courts and authorities have a gateway of their own."""
APPS_REPORT = frozenset(
    {
        "booking",
        "order",
        "ticket",
        "ride",
        "fare",
        "stay",
        "item",
        "deposit",
        "obligation",
        "hours",
        "rating",
        "bill",
    }
)
"""Subjects of evidence that mini-apps witness; the rest is the wallet's or the city's own."""
NEVER_BY_APPS = frozenset({"item.struck"})


def why_not_a_purpose(purpose: str) -> str | None:
    """Why an app may not ask for a purpose, in one sentence; None when it may."""
    if purpose in barred():
        return f"purpose {purpose!r} is forbidden: {barred()[purpose].why}"
    content = forbidden_input(purpose)
    if content is not None:
        return f"purpose {purpose!r} is forbidden: {content} is never an input of a score"
    if purpose not in PURPOSES:
        return f"purpose {purpose!r} is unknown: choose from {', '.join(PURPOSES)}"
    return None


def why_not_reported(kind: str) -> str | None:
    """Why an app may not report a kind of evidence, in one sentence; None when it may."""
    fault = why_not_a_kind(kind)
    if fault is not None:
        return fault
    if KINDS[kind].subject not in APPS_REPORT or kind in NEVER_BY_APPS:
        return f"kind {kind!r} is not for apps to report: the city itself witnesses it"
    return None


def door_ids() -> frozenset[str]:
    """The doors that rulebooks know; one that the rulebook in force lacks waives nothing."""
    return _doors_on(now().date())


@lru_cache(maxsize=4)
def _doors_on(day: date) -> frozenset[str]:
    rulebooks = [load(name, as_of=day) for name in shipped_names()]
    return frozenset(door.id for rulebook in rulebooks for door in rulebook.rules.doors)
