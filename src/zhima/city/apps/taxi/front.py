"""Ask for a ride at a known fare, a driver accepts, pay on arrival, both rate; or dispute it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.market.counter import Front, Offer, Refusal, Refused, Wish, in_both

PLACES: dict[str, tuple[str | Promise, float, float]] = {
    # where, in kilometres on the map of the city
    "station": (_("Station"), 0.0, 0.0),
    "market": (_("Market"), 1.5, 2.0),
    "hospital": (_("Hospital"), 4.0, 1.0),
    "university": (_("University"), 3.0, 5.0),
    "airport": (_("Airport"), 18.0, 7.5),
}
DETOUR = 1.3
"""Streets are longer than the straight line."""


def fare_fen(offer: Offer, start: str, goal: str) -> int:
    """The fare agreed before the ride, in whole ten fen."""
    (_word, x, y), (_other, u, v) = PLACES[start], PLACES[goal]
    km = math.hypot(x - u, y - v) * DETOUR
    return round((offer.facts["start_fen"] + km * offer.facts["km_fen"]) / 10) * 10


class Taxi(Front):
    """Its pages."""

    def offers(self, request: HttpRequest) -> list[Offer]:
        """Each with its fare, once it is known where to."""
        found = super().offers(request)
        asked = _ends(request)
        if asked is None:
            return []
        for offer in found:
            offer.price_fen = fare_fen(offer, *asked)
        return found

    def front_context(self, request: HttpRequest) -> dict[str, Any]:
        """Where one can go."""
        words = [(key, word) for key, (word, _, _) in PLACES.items()]
        start, goal = request.GET.get("start", "station"), request.GET.get("goal", "market")
        return {"places": words, "start": start, "goal": goal, "asked": _ends(request)}

    def draft(self, request: HttpRequest, wish: Wish) -> Wish | Refused:
        """The fare is known before anybody drives."""
        ends = _ends(request)
        if ends is None:
            return Refused(Refusal.PLACE_UNKNOWN)
        start, goal = ends
        told = {"start": in_both(PLACES[start][0]), "goal": in_both(PLACES[goal][0])}
        keys = {"start_key": start, "goal_key": goal}
        return replace(wish, price_fen=fare_fen(wish.offer, start, goal), details={**told, **keys})


def _ends(request: HttpRequest) -> tuple[str, str] | None:
    """From where to where; None as long as that is no ride."""
    asked = request.POST if request.method == "POST" else request.GET
    start, goal = asked.get("start", ""), asked.get("goal", "")
    return (start, goal) if start != goal and {start, goal} <= set(PLACES) else None
