"""Paying by code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhima.city.phone.tiles import Tile

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.people.models import Person
    from zhima.city.wallet.activity import Party


class PayConfig(AppConfig):
    """The app."""

    name = "zhima.city.pay"
    tiles = (
        Tile(_("Pay"), "pay:code", "qr-code", order=2, is_action=True),
        Tile(_("Collect"), "pay:collect", "hand-coins", order=3, is_action=True),
        Tile(_("Transport"), "pay:tickets", "bus-front", order=4, is_action=True),
        Tile(_("Top up"), "pay:top_up", "banknote", tint=1, order=20),
        Tile(_("My shop"), "pay:shops", "store", tint=2, order=30),
        Tile(_("Give"), "pay:charities", "heart-handshake", tint=3, order=40),
    )

    def ready(self) -> None:
        """Every payment to a shop reaches the tills of its owner and clerks."""
        from zhima.city.live.hub import hub
        from zhima.city.pay.shops import keepers_of
        from zhima.city.wallet.moved import NewEntries

        hub.add_source(NewEntries("till", keepers_of))

    def name_accounts(self, account_ids: Iterable[str]) -> dict[str, Party]:
        """The shops, the bank and the other operators among ledger accounts."""
        from zhima.city.pay.names import name_accounts

        return name_accounts(account_ids)

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """The shops of the demo and their past customers."""
        from zhima.city.pay.past import moments

        return moments(residents, now)
