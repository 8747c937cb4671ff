"""Disclosure: readings, the log of them, and who looked."""

from __future__ import annotations

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The app."""

    name = "zhima.city.disclosure"
