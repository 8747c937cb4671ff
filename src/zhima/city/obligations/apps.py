"""Obligations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile

if TYPE_CHECKING:
    from zhima.city.ledger.model import Entry


class ObligationsConfig(AppConfig):
    """The app."""

    name = "zhima.city.obligations"
    tiles = (Tile(_("Agreements"), "obligations:mine", "handshake", tint=0, order=50),)

    def word_memos(self, entries: Sequence[Entry]) -> dict[str, str]:
        """What was agreed, in the reader's language."""
        from zhima.city.obligations.money import memos

        return memos(entries)

    def ready(self) -> None:
        """Time passes, and the yearly statement hears of deposits."""
        from zhima.city.obligations.chores import pass_time
        from zhima.city.obligations.signals import moved
        from zhima.city.obligations.statement import note_start

        self.chores = (pass_time,)
        moved.connect(note_start, dispatch_uid="statement")
