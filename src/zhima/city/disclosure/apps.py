"""Disclosure: readings, the log of them, and who looked."""

from __future__ import annotations

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The app."""

    name = "zhima.city.disclosure"

    def ready(self) -> None:
        """Entries that were left waiting get their places, and the files their entries."""
        from zhima.city.disclosure.publishing import publish_default

        self.chores = (publish_default,)
