"""Chat: what people say to each other, and the money they send while they say it.

Kept apart: no other room reads these tables, and no score ever does.
"""

from __future__ import annotations

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """The app."""

    name = "zhima.city.chat"
