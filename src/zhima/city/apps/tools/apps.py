"""A tool library: what is cheap for everybody, what is not after good loans or for a deposit."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class ToolsConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.tools"
    default = True
    place = 104
