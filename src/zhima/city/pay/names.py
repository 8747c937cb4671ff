"""Who is behind the ledger accounts of this room."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from zhima.city.pay.models import Merchant
from zhima.city.pay.operators import CLEARING
from zhima.city.pay.shops import shop_account, shop_id
from zhima.city.wallet.activity import Party
from zhima.city.wallet.books import WORLD


def name_accounts(account_ids: Iterable[str]) -> dict[str, Party]:
    """Shops, the bank and other operators; ids of other rooms are left out."""
    wanted = set(account_ids)
    shops = Merchant.objects.filter(pk__in=[shop_id(name) for name in wanted if shop_id(name)])
    named = {shop_account(shop.pk): Party(shop.name, icon="store") for shop in shops}
    if WORLD in wanted:
        named[WORLD] = Party(_("Bank"), icon="landmark")
    for account_id in wanted:
        if account_id.startswith(CLEARING):
            named[account_id] = Party(account_id.removeprefix(CLEARING), icon="wallet")
    return named
