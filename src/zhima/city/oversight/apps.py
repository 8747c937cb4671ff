"""Oversight: seals on evidence, decisions by hand, the audit."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The app."""

    name = "zhima.city.oversight"

    def ready(self) -> None:
        """Evidence is sealed as it comes, and exceptions end by themselves."""
        from zhima.city.oversight.overrides import end_old
        from zhima.city.oversight.sealing import seal_new

        self.chores = (seal_new, end_old)
