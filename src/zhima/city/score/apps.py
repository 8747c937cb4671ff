"""The score: a person's own pages about her number."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile


class ScoreConfig(AppConfig):
    """The app."""

    name = "zhima.city.score"
    tiles = (Tile(_("Score"), "score:home", "gauge", tint=0, order=10),)
