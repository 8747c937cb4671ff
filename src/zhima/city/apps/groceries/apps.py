"""Groceries brought to the door. What is in the basket is no evidence."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class GroceriesConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.groceries"
    default = True
    place = 105
