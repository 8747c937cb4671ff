"""Doors: what a score opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.people.models import Person


class DoorsConfig(AppConfig):
    """The app."""

    name = "zhima.city.doors"
    tiles = (Tile(_("Benefits"), "doors:home", "door-open", tint=2, order=15),)

    def name_app(self, app_id: str) -> Promise | None:
        """Who looks when a benefit is given."""
        from zhima.city.doors.asking import RECIPIENT

        return _("Benefits") if app_id == RECIPIENT else None

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """What the demo's residents let benefits look at."""
        from zhima.city.doors.past import moments

        return moments(residents, now)

    def ready(self) -> None:
        """Contests and draws end by themselves."""
        from zhima.city.doors.places import decide_due
        from zhima.city.doors.upgrades import draw_due

        self.chores = (decide_due, draw_due)
