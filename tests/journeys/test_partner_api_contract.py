"""schemathesis against the API's own document: no 5xx, and nothing that it does not say."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

from tests.city_phones import resident
from tests.partner import Partner

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def partner(transactional_db: None) -> Partner:
    made = Partner()
    order = made.order()
    resident("Ana", fen=500_00).pay(order["code"])
    made.post("/webhook-endpoints", {"url": "http://127.0.0.1:9/hooks"})
    return made


@schema.auth(refresh_interval=None)
class PartnersKey:
    """Cases that are to be without a key stay without."""

    value = ""

    def get(self, *_: object) -> str:
        return type(self).value

    def set(self, case: Any, key: str, _: object) -> None:
        case.headers["Authorization"] = f"Bearer {key}"


@schema.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_route_keeps_its_contract(partner: Partner, case: Any) -> None:
    PartnersKey.value = partner.key
    case.call_and_validate()
