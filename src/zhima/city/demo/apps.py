"""The demo: residents that are plainly made up, and doors that let anybody be one of them.

Installed in demo mode only.
"""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app."""

    name = "zhima.city.demo"
