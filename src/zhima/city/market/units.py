"""What the slots of an app are called: beside a price, and where their number is chosen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

A_PRICE = {
    "ride": _("a ride"),
    "hour": _("an hour"),
    "day": _("a day"),
    "night": _("a night"),
    "month": _("a month"),
}
HOW_MANY = {
    "hour": _("How many hours"),
    "day": _("How many days"),
    "night": _("How many nights"),
    "month": _("How many months"),
}


def a_price(per: str) -> str:
    """As in `120.00 a day`; empty where a price is for the thing itself."""
    return str(A_PRICE.get(per, ""))


def how_many(per: str) -> str:
    """The question for their number."""
    return str(HOW_MANY.get(per, _("How many")))
