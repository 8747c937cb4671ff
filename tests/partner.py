"""A partner's software at the API."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.city_phones import Phone, resident
from zhima.city.api.keys import make_key
from zhima.city.pay.models import Merchant

_keys = count(1)


class Partner:
    """A shop with a key."""

    def __init__(self) -> None:
        self.owner: Phone = resident("Partner")
        self.shop = Merchant.objects.get(pk=self.owner.opens_shop("Partner shop"))
        self.key = make_key(self.shop)
        self._client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request to version 1."""
        return self._client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            "application/json",
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )

    def post(self, path: str, body: Any = None, key: str = "") -> HttpResponse:
        """A POST under a key of its own, or one given."""
        name = key or f"key-{next(_keys):08}"
        return self.call("POST", path, body, **{"Idempotency-Key": name})

    def order(self, amount_fen: int = 30_00, **more: Any) -> dict[str, Any]:
        """A new order."""
        body = {"reference": f"r{next(_keys)}", "amount_fen": amount_fen, "bill": "Tea", **more}
        made = self.post("/orders", body)
        assert made.status_code == 201, made.content
        return made.json()  # type: ignore[no-any-return]
