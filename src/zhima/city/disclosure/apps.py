"""Disclosure: readings, the log of them, and who looked."""

from __future__ import annotations

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The app."""

    name = "zhima.city.disclosure"

    def ready(self) -> None:
        """Entries that were left waiting get their places, and the files their entries."""
        from zhima.city.consent.signals import refused
        from zhima.city.disclosure.publishing import publish_default
        from zhima.city.disclosure.reading import log_refused_token

        self.chores = (publish_default,)
        refused.connect(log_refused_token)
