"""Consent: what people let others use, and for how long."""

from __future__ import annotations

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """The app."""

    name = "zhima.city.consent"

    def ready(self) -> None:
        """Grants end by themselves."""
        from zhima.city.consent.grants import tell_what_ran_out
        from zhima.city.consent.oauth import forget_old_tokens, forget_used_codes

        self.chores = (tell_what_ran_out, forget_used_codes, forget_old_tokens)
