"""The phone: what residents see."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile


class PhoneConfig(AppConfig):
    """The app."""

    name = "zhima.city.phone"
    tiles = (
        Tile(_("Scan"), "phone:scan", "scan-line", order=1, is_action=True),
        Tile(_("History"), "phone:history", "receipt-text", tint=7, order=90),
    )
