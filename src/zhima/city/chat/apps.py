"""Chat: what people say to each other, and the money they send while they say it.

Kept apart: no other room reads these tables, and no score ever does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment, Residents
    from zhima.city.wallet.activity import Party


class ChatConfig(AppConfig):
    """The app."""

    name = "zhima.city.chat"

    def name_accounts(self, account_ids: Iterable[str]) -> dict[str, Party]:
        """The red packets among ledger accounts."""
        from zhima.city.chat.money import PACKET
        from zhima.city.wallet.activity import Party

        packet = Party(_("Red packet"), icon="gift", tint=3)
        return {each: packet for each in account_ids if each.startswith(PACKET)}

    def seed_demo(self, residents: Residents, now: datetime) -> Iterator[Moment]:
        """What was said in the demo before it began."""
        from zhima.city.chat.demo_past import past

        return past(residents, now)
