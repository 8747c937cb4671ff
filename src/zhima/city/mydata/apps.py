"""One's own data: see all of it, take it along, delete it and leave."""

from __future__ import annotations

from django.apps import AppConfig


class MyDataConfig(AppConfig):
    """The app."""

    name = "zhima.city.mydata"
