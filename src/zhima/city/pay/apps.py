"""Paying by code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from zhima.city.wallet.activity import Party


class PayConfig(AppConfig):
    """The app."""

    name = "zhima.city.pay"

    def name_accounts(self, account_ids: Iterable[str]) -> dict[str, Party]:
        """The shops, the bank and the other operators among ledger accounts."""
        from zhima.city.pay.names import name_accounts

        return name_accounts(account_ids)
