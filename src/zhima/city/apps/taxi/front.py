"""Ask for a ride, a driver accepts, pay on arrival, both rate; a fare can be disputed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhima.city.market.counter import Front, Offer, Refusal, Refused, Wish

PLACES = {
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
    (_, x, y), (_, u, v) = PLACES[start], PLACES[goal]
    km = math.hypot(x - u, y - v) * DETOUR
    return round((offer.facts["start_fen"] + km * offer.facts["km_fen"]) / 10) * 10


class RideForm(forms.Form):
    """From where to where."""

    start = forms.ChoiceField(label=_("From"), choices=[(k, p[0]) for k, p in PLACES.items()])
    goal = forms.ChoiceField(
        label=_("To"), choices=[(k, p[0]) for k, p in PLACES.items()], initial="market"
    )

    def clean(self) -> dict[str, Any]:
        """A ride leads somewhere else."""
        answers = super().clean() or {}
        if answers.get("start") == answers.get("goal"):
            raise forms.ValidationError(_("Choose two different places."), code="same_place")
        return answers


class Taxi(Front):
    """Its pages."""

    form_class = RideForm

    def wish(self, wish: Wish, answers: Mapping[str, Any]) -> Wish | Refused:
        """The fare is known before anybody drives."""
        start, goal = answers["start"], answers["goal"]
        if start not in PLACES or goal not in PLACES:
            return Refused(Refusal.SLOT_UNKNOWN)
        told = {"start": str(PLACES[start][0]), "goal": str(PLACES[goal][0])}
        return replace(wish, price_fen=fare_fen(wish.offer, start, goal), details=told)
