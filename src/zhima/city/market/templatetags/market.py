"""Template tags of the market: where an app and a booking are, why a door said what it said."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhima.city.market import debts
from zhima.city.market.models import App, Booking, in_readers_language
from zhima.city.obligations.models import Obligation

register = template.Library()

_NOT_ASKED = {"no_door", "no_grant", "too_often"}


@register.filter
def app_address(app: App) -> str:
    """The first page of an app; of an outside one, the sheet from which it is opened."""
    return _address(f"{app.pk}:front", [], app.pk)


@register.filter
def booking_address(booking: Booking) -> str:
    """The page of a booking."""
    return _address(f"{booking.app_id}:booking", [booking.pk], booking.app_id)


@register.filter
def debts_of(booking: Booking) -> list[Obligation]:
    """Rents and fares that it brought, the latest first."""
    return list(debts.of_booking(booking))


@register.filter
def why(quote: Obligation) -> str:
    """The door's own reason; a sentence of ours when it was not asked or has no answer."""
    told = quote.decision
    if "reason" in told:
        return in_readers_language(told["reason"]["en"], told["reason"]["zh"])
    if told.get("outcome") == "no_score":
        return _("You have no score, so nothing is waived.")
    return _("No door was asked about you.") if told.get("outcome") in _NOT_ASKED else ""


@register.filter
def said(booking: Booking) -> list[tuple[str, str]]:
    """What was answered when it was booked, under its questions."""
    words = {
        "start": _("From"),
        "goal": _("To"),
        "address": _("Address"),
        "guests": _("Guests"),
        "spot": _("Left at"),
        "class": _("Class"),
    }
    found = booking.details.items()
    return [(str(words[name]), str(value)) for name, value in found if name in words]


def _address(name: str, arguments: list[str], app_id: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return reverse("market:allow", args=[app_id])
