"""Oversight: seals on evidence, decisions by hand, the audit."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The app."""

    name = "zhima.city.oversight"

    def ready(self) -> None:
        """Evidence is sealed as it comes, and exceptions end by themselves."""
        from zhima.city.disclosure.stored import decide_by_hand_with
        from zhima.city.oversight.overrides import by_hand, end_old
        from zhima.city.oversight.sealing import forget, seal_new
        from zhima.city.scoring.signals import erasing

        decide_by_hand_with(by_hand)
        erasing.connect(lambda people, **_: forget(people), weak=False, dispatch_uid="oversight")
        self.chores = (seal_new, end_old)
