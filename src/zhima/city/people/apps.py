"""People: accounts, how well they are known, and who is whose contact."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app."""

    name = "zhima.city.people"
