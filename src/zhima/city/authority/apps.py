"""Authorities: a gateway for their questions, their court lists, and a report on both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.people.models import Person


class AuthorityConfig(AppConfig):
    """The app."""

    name = "zhima.city.authority"

    def ready(self) -> None:
        """Requests that nobody decides do not stay open for ever."""
        from zhima.city.authority.gateway import lapse_old

        self.chores = (lapse_old,)

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """Two authorities, and a court's list."""
        from zhima.city.authority.past import moments

        return moments(now)
