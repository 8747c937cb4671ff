"""A shop's software with its key, another shop's with another, and an order of the first."""

from __future__ import annotations

from django.test import Client

from tests.who_may.people import People
from tests.who_may.scenes import pay
from zhima.city.api.keys import make_key
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.pay.models import Merchant


def scene(people: People) -> dict[str, object]:
    """What the partner API is about."""
    arguments = pay.scene(people)
    mine = Merchant.objects.get(pk=people.shop)
    theirs = Merchant.objects.get(pk=people.stranger.opens_shop("Rival shop"))
    people.others["partner"] = with_key(make_key(mine))
    people.others["rival"] = with_key(make_key(theirs))
    people.others["wrong key"] = with_key("zk_" + "0" * 40)
    endpoint = Endpoint.objects.create(merchant=mine, url="https://shop.example/hook")
    delivery = Delivery.objects.create(endpoint=endpoint, seq=1, body={"type": "payment.received"})
    return {**arguments, "endpoint_id": endpoint.pk, "delivery_id": delivery.pk}


def with_key(key: str) -> Client:
    """Software that shows a key."""
    return Client(headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "key-00000001"})
