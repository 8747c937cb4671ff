"""Seats on trains, with a ticket for the gate."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class TrainConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.train"
    default = True
    place = 110
