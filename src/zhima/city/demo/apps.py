"""The demo: residents that are plainly made up, and doors that let anybody be one of them.

Installed in demo mode only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.people.models import Person


class DemoConfig(AppConfig):
    """The app."""

    name = "zhima.city.demo"

    def name_app(self, app_id: str) -> Promise | None:
        """The names of what reports about the town though it has no pages here."""
        return {"bills": _("Bills"), "people": _("Identity checks")}.get(app_id)

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """The town around the residents, how everybody lived, and what some rented."""
        from itertools import chain

        from zhima.city.demo import living, renting

        return chain(living.past(residents, now), renting.moments(now))
