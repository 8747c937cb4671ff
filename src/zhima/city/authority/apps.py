"""Authorities: a gateway for their questions, their court lists, and a report on both."""

from __future__ import annotations

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    """The app."""

    name = "zhima.city.authority"

    def ready(self) -> None:
        """Requests that nobody decides do not stay open for ever."""
        from zhima.city.authority.gateway import lapse_old

        self.chores = (lapse_old,)
