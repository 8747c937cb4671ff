"""Taxis: asked for, accepted, paid on arrival."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class TaxiConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.taxi"
    default = True
    place = 103
