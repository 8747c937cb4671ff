"""Cars by the day."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class CarConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.car"
    default = True
    place = 101
