"""The wallet: residents' purses in the ledger, seen from the pages."""

from __future__ import annotations

from django.apps import AppConfig


class WalletConfig(AppConfig):
    """The app."""

    name = "zhima.city.wallet"

    def ready(self) -> None:
        """Every entry of the ledger reaches the screens of both sides."""
        from zhima.city.live.hub import hub
        from zhima.city.wallet.moved import NewEntries

        hub.add_source(NewEntries())
