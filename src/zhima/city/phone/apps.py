"""The phone: what residents see."""

from __future__ import annotations

from django.apps import AppConfig


class PhoneConfig(AppConfig):
    """The app."""

    name = "zhima.city.phone"
