"""The console: registers, counters, and the steps that operators take."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The app."""

    name = "zhima.city.console"

    def ready(self) -> None:
        """Fill the office, and let rulebooks end on their day."""
        from zhima.city.console.registers import register
        from zhima.city.console.rulebooks import retire_old

        register()
        self.chores = (retire_old,)
