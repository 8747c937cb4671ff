"""Where benefits are to be had: the rooms that give some say so by `benefits_given`."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True, slots=True)
class Given:
    """A place that several may want, or something drawn among those who book."""

    title: str
    under: str
    url: str


def given() -> list[Given]:
    """All of them, as the configs of the city's rooms tell."""
    return [
        each
        for config in apps.get_app_configs()
        for each in getattr(config, "benefits_given", tuple)()
    ]
