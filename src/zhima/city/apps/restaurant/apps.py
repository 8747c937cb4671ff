"""Tables for an evening."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class RestaurantConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.restaurant"
    default = True
    place = 107
