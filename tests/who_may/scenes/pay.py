"""The owner bought a ticket at the shop."""

from __future__ import annotations

from tests.who_may.people import People
from zhima.city.api.keys import make_key
from zhima.city.pay.models import Merchant, Order, Ticket


def scene(people: People) -> dict[str, object]:
    """What the pages of paying and of keys are about."""
    asked = people.merchant.asks(people.shop, "10", seat="12F")
    receipt = people.owner.pay(asked.code)
    shop = Merchant.objects.get()
    make_key(shop)
    return {
        "shop_id": people.shop,
        "entry_id": receipt.receipt,
        "payment_id": receipt.receipt,
        "order_id": Order.objects.get().pk,
        "ticket_id": Ticket.objects.get().pk,
        "clerk_id": shop.clerks.get().pk,
        "key_id": shop.api_keys.get().pk,
        "form": "pdf",
    }
