"""The market of mini-apps."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile


class MarketConfig(AppConfig):
    """The app."""

    name = "zhima.city.market"
    tiles = (Tile(_("More apps"), "market:shelf", "blocks", tint=7, order=190),)

    def ready(self) -> None:
        """Time passes for bookings too."""
        from zhima.city.market.chores import pass_time

        self.chores = (pass_time,)

    def name_app(self, app_id: str) -> str | None:
        """What an app calls itself, in the reader's language."""
        from zhima.city.market.shelf import find

        app = find(app_id)
        return app.name if app else None

    def about_app(self, app_id: str) -> str | None:
        """What an app says of itself, in the reader's language."""
        from zhima.city.market.shelf import find

        app = find(app_id)
        return app.about if app else None

    def read_scan(self, text: str) -> str | None:
        """Where a code of an app leads."""
        from zhima.city.market.scanning import read_scan

        return read_scan(text)
