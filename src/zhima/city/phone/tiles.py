"""What the home page offers. An app puts itself there by `tiles`, a list on its config."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Tile:
    """An entry of the home page."""

    name: str | Promise
    url: str
    """Name of its address, without arguments."""
    icon: str
    """A glyph named in web/icons.txt."""
    tint: int = 0
    """0 to 7, from the one palette."""
    order: int = 100
    is_action: bool = False
    """One of the four large ones: Scan, Pay, Collect, Transport."""


def tiles(*, actions: bool) -> list[Tile]:
    """All large actions, or all apps of the grid, in order."""
    offered = [tile for config in apps.get_app_configs() for tile in getattr(config, "tiles", ())]
    return sorted((t for t in offered if t.is_action == actions), key=lambda t: t.order)
