"""Appeals: contest, be heard by somebody new, be put right."""

from __future__ import annotations

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """The app."""

    name = "zhima.city.appeals"

    def ready(self) -> None:
        """Software that read a wrong score hears of it."""
        from zhima.city.appeals.signals import reader_told
        from zhima.city.appeals.webhooks import tell_software

        reader_told.connect(tell_software, dispatch_uid="webhooks")
