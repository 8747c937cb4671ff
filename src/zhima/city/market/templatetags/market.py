"""Template tags of the market: where an app and a booking are, what was answered."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhima.city.language import either
from zhima.city.market import debts, money, units
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
    return [(str(words[name]), detail(value)) for name, value in found if name in words]


@register.filter
def detail(value: Any) -> str:
    """Something that was answered; what the app itself worded is kept in both languages."""
    return either(value["en"], value["zh"]) if isinstance(value, dict) else str(value)


@register.filter
def a_price(per: str) -> str:
    """As in `120.00 a day`."""
    return units.a_price(per)


@register.filter
def how_many(per: str) -> str:
    """The question for the number of slots."""
    return units.how_many(per)


@register.filter
def is_paid(booking: Booking) -> bool:
    """Whether a price was asked and paid whole."""
    return bool(booking.price_fen) and money.is_paid(booking)


@register.filter
def parts(booking: Booking) -> list[money.Part]:
    """Who pays which part of a price that two share, and whether they have."""
    return money.parts(booking)


def _address(name: str, arguments: list[str], app_id: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return reverse("market:allow", args=[app_id])
