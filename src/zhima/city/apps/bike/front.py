"""Scan, unlock, ride, lock. Nobody stands at a desk: the customer begins and ends the ride."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhima.city.market import counter
from zhima.city.market.counter import App, Booking, Front, Refused

ZONES = {
    "river-gate": _("Zone at the river gate"),
    "station": _("Zone at the station"),
    "park": _("Zone at the park"),
}
OUTSIDE = "outside"
ELSEWHERE = _("Outside the zones: that is evidence")


class LockForm(forms.Form):
    """Where the bike stands when it is locked; on a real lock its own position says so."""

    spot = forms.ChoiceField(
        label=_("Where do you leave it?"),
        choices=[*ZONES.items(), (OUTSIDE, _("Somewhere else, outside the zones"))],
    )


class Bike(Front):
    """Its pages."""

    def customer_acts(self) -> dict[str, counter.Act]:
        """Unlock and lock, beside what every app has."""
        own: dict[str, counter.Act] = {"unlock": _unlock, "lock": _lock}
        return {**super().customer_acts(), **own}


def _unlock(request: HttpRequest, app: App, ride: Booking, _: dict[str, Any]) -> counter.Answer:
    return counter.start(app, ride.pk, by=f"person:{ride.person_id.hex}")


def _lock(request: HttpRequest, app: App, ride: Booking, _: dict[str, Any]) -> counter.Answer:
    form = LockForm(request.POST)
    if not form.is_valid():
        return Refused(counter.Refusal.SLOT_UNKNOWN)
    spot = form.cleaned_data["spot"]
    ended = counter.finish(
        app,
        ride.pk,
        by=f"person:{ride.person_id.hex}",
        abandoned=spot == OUTSIDE,
        details={"spot": counter.in_both(ZONES.get(spot, ELSEWHERE))},
    )
    return ended if isinstance(ended, Refused) else counter.pay(app, ride.pk, payer=ride.person)
