"""People: accounts, how well they are known, and who is whose contact."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app."""

    name = "zhima.city.people"

    def ready(self) -> None:
        """Sessions that are over are cleared away."""
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        # The machine's clock, as for the cookies (people/sessions.py).
        self.chores = (lambda: Session.objects.filter(expire_date__lt=timezone.now()).delete(),)
