"""Flights, with an electronic ticket."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class PlaneConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.plane"
    default = True
    place = 111
