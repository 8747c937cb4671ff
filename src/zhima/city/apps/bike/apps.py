"""Shared bikes: scan, ride, lock."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class BikeConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.bike"
    default = True
    place = 102
