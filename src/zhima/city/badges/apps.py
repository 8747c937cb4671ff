"""Badges: proof of a score without the number."""

from __future__ import annotations

from django.apps import AppConfig


class BadgesConfig(AppConfig):
    """The app."""

    name = "zhima.city.badges"

    def ready(self) -> None:
        """A badge ends when it stops being true, and when its holder wants no score any more.

        Each in the transaction of what ends it: nobody's death leaves a badge that claims too much.
        """
        from zhima.city.badges.issuing import (
            forget_what_ran_out,
            revoke_of,
            revoke_untrue,
            revoke_without_score,
        )
        from zhima.city.consent.signals import changed
        from zhima.city.scoring.signals import erasing, published

        published.connect(revoke_untrue, dispatch_uid="badges")
        erasing.connect(revoke_of, dispatch_uid="badges")
        changed.connect(revoke_without_score, dispatch_uid="badges")
        self.chores = (forget_what_ran_out,)
