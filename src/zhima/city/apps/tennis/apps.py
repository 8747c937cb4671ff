"""Tennis courts by the hour, the fee shared by two."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class TennisConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.tennis"
    default = True
    place = 106
