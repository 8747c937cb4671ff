"""Appeals: contest, be heard by somebody new, be put right."""

from __future__ import annotations

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """The app."""

    name = "zhima.city.appeals"
