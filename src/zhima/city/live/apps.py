"""Live screens: hints to people's open pages."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """The app."""

    name = "zhima.city.live"

    def ready(self) -> None:
        """Signals of the city's own tables reach the screens."""
        from zhima.city.live.hub import hub
        from zhima.city.live.signals import NewSignals

        hub.add_source(NewSignals())
