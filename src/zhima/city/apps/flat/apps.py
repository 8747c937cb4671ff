"""Flats by the month."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class FlatConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.flat"
    default = True
    place = 109
