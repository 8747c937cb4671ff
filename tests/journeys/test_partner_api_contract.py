"""schemathesis against the API's own document: no 5xx, and nothing that it does not say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.city_phones import resident
from tests.contracts import PLAYED, Document
from tests.partner import Partner

document = Document("/api/v1/openapi.json", signed="/api/v1/operators/")


@pytest.fixture
def partner(transactional_db: None) -> Partner:
    made = Partner()
    order = made.order()
    resident("Ana", fen=500_00).pay(order["code"])
    made.post("/webhook-endpoints", {"url": "http://127.0.0.1:9/hooks"})
    return made


@document.schema.parametrize()
@PLAYED
def test_every_route_keeps_its_contract(partner: Partner, case: Any) -> None:
    document.keys["/"] = partner.key
    document.play(case)
