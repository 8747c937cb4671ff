"""Template tags of the market: where an app and a booking are, what was answered."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhima.city.market import debts
from zhima.city.market.models import App, Booking
from zhima.city.obligations.models import Obligation

register = template.Library()


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
def said(booking: Booking) -> list[tuple[str, str]]:
    """What was answered when it was booked, under its questions."""
    words = {
        "start": _("From"),
        "goal": _("To"),
        "address": _("Address"),
        "guests": _("Guests"),
        "spot": _("Left at"),
    }
    found = booking.details.items()
    return [(str(words[name]), str(value)) for name, value in found if name in words]


def _address(name: str, arguments: list[str], app_id: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return reverse("market:allow", args=[app_id])
