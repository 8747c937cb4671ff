"""The partner API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The app."""

    name = "zhima.city.api"
