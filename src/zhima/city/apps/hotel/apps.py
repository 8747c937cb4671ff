"""Hotel rooms by the night."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class HotelConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.hotel"
    default = True
    place = 108
