"""The market of mini-apps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.doors.given import Given
    from zhima.city.ledger.model import Entry
    from zhima.city.people.models import Person


class MarketConfig(AppConfig):
    """The app."""

    name = "zhima.city.market"
    tiles = (Tile(_("More apps"), "market:shelf", "blocks", tint=7, order=190),)

    def ready(self) -> None:
        """Time passes for bookings too."""
        from zhima.city.market.chores import pass_time

        self.chores = (pass_time,)

    def benefits_given(self) -> list[Given]:
        """Places that several may want."""
        from zhima.city.market.benefits import contested_offers

        return contested_offers()

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """The journeys of the demo's residents."""
        from zhima.city.market.past import moments

        return moments(residents, now)

    def word_memos(self, entries: Sequence[Entry]) -> dict[str, str]:
        """What was booked, in the reader's language."""
        from zhima.city.market.money import memos

        return memos(entries)

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
