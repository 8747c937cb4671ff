"""What a visitor of the demo did: the tour ticks a step for that, never for what life brought.

The town lives on by itself: people pay, scores move. So a page of the demo that was asked for from
the visitor's browser, and that did what it was asked to, leaves a signed cookie there that says
which it was, when, and as whom. Both phones are in one browser and share it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from zhima.city import clock

COOKIE = "zhima_did_"
PAID, BOOKED, SAW_SCORE, SAW_LOOKS, DROPPED, APPEALED, MADE_GOOD = (
    "paid",
    "booked",
    "saw_score",
    "saw_looks",
    "dropped",
    "appealed",
    "made_good",
)
OF_APPS = {"book": BOOKED, "act": PAID}
"""Names of the addresses that every mini-app has."""
SENT: dict[str, str] = {
    "pay:confirm": PAID,
    "pay:charge": PAID,
    "chat:transfer": PAID,
    "chat:new_packet": PAID,
    "people:step": DROPPED,
    "appeals:open": APPEALED,
    "appeals:decision": APPEALED,
    "appeals:reading": APPEALED,
    "appeals:score": APPEALED,
    "obligations:pay": MADE_GOOD,
    "pay:top_up": MADE_GOOD,
}
"""Forms; what owes to be collected is collected as soon as there is money, so a top-up is one."""
LOOKED_AT: dict[str, str] = {
    "score:home": SAW_SCORE,
    "score:timeline": SAW_SCORE,
    "score:receipt": SAW_SCORE,
    "score:receipt_of": SAW_SCORE,
    "disclosure:feed": SAW_LOOKS,
}
MARKS = frozenset({*OF_APPS.values(), *SENT.values(), *LOOKED_AT.values()})
Page = Callable[[HttpRequest], HttpResponse]


class Did(NamedTuple):
    """One thing that the visitor did, the last time."""

    at: datetime
    as_whom: UUID


def footprints(get_response: Page) -> Page:
    """Leave one behind every page that is among those above."""

    def page(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        mark = _mark(request) if response.status_code < 400 else ""
        if mark and request.user.is_authenticated:
            said = f"{clock.microseconds(clock.now())}|{request.user.pk.hex}"
            name = f"{COOKIE}{mark}"
            response.set_signed_cookie(name, said, salt=name, httponly=True, samesite="Lax")
        return response

    return page


def left(request: HttpRequest, *, since: datetime) -> dict[str, Did]:
    """What the visitor did since a moment, by mark."""
    found = {}
    for mark in MARKS:
        name = f"{COOKIE}{mark}"
        at, _, whom = request.get_signed_cookie(name, default="", salt=name).partition("|")
        if at.isdecimal() and clock.moment(int(at)) >= since:
            found[mark] = Did(clock.moment(int(at)), UUID(hex=whom))
    return found


def _mark(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    if request.method == "GET":
        return LOOKED_AT.get(match.view_name, "")
    if request.path.startswith("/apps/"):
        return OF_APPS.get(match.url_name or "", "")
    return SENT.get(match.view_name, "")
