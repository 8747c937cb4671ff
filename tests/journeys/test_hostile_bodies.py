"""Bodies that no honest software sends, to every address of every API: 4xx in the one shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from ninja import NinjaAPI

from tests.apps_from_outside import AGREE, BOOK, HOURS, PAY, AppSoftware, published, with_a_deposit
from tests.city_phones import resident
from tests.given_scores import stand_at
from tests.partner import Partner
from zhima.city.api.v1 import api as partners_write
from zhima.city.disclosure.partner_api import api as partners_read
from zhima.city.market.api.v1 import api as apps

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"
BODIES: dict[str, tuple[str, bytes]] = {
    "nested": (JSON, b"[" * 100_000),
    "nested objects": (JSON, b'{"a":' * 100_000),
    "a huge number": (JSON, b'{"amount_fen": 1e999999, "reference": "r", "bill": "b"}'),
    "many digits": (JSON, b'{"amount_fen": ' + b"9" * 100_000 + b"}"),
    "no number": (JSON, b'{"amount_fen": NaN, "reference": "r", "bill": "b"}'),
    "half a character": (JSON, b'{"amount_fen": 1, "reference": "\\ud800", "bill": "\\udfff"}'),
    "a name twice": (JSON, b'{"amount_fen": 1, "amount_fen": 2, "reference": "r", "bill": "b"}'),
    "ten megabytes": (JSON, b'{"reference": "' + b"x" * 10_000_000 + b'"}'),
    "another type": ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    "a whole form": ("application/x-www-form-urlencoded", b"reference=r&amount_fen=1&bill=b"),
    "no text": (JSON, b'{"reference": "\xff\xfe"}'),
    "no object": (JSON, b'"r"'),
    "nothing in it": (JSON, b"null"),
}
_keys = count(1)


def writing(api: NinjaAPI) -> Iterator[tuple[str, str]]:
    """Methods and addresses that take a body, with something for each part of the address."""
    paths: dict[str, dict[str, Any]] = api.get_openapi_schema(path_prefix="")["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            if "requestBody" in told:
                named = {p["name"]: UUID(int=1) for p in told.get("parameters", [])}
                yield method.upper(), path.format(**named)


@pytest.fixture
def calls() -> list[tuple[str, str, dict[str, str]]]:
    """Every such call of the three APIs, with a key that is known."""
    partner = Partner()
    app, secret = published(resident("Maker"), with_a_deposit())
    ana = resident("Ana", fen=5000_00)
    stand_at(ana.person, 700)
    software = AppSoftware.of(app, secret)
    keys = {
        "/app": software.for_itself(),
        "/person": software.for_person(ana, BOOK, PAY, AGREE, HOURS),
    }
    own = [("POST", f"/api/v1{p}", partner.key) for _, p in writing(partners_write)]
    theirs = [
        (method, f"/api/apps/v1{path}", keys["/" + path.split("/")[1]])
        for method, path in writing(apps)
    ]
    assert list(writing(partners_read)) == [], "it only reads"
    assert own
    assert theirs
    return [
        (method, path, {"Authorization": f"Bearer {key}"}) for method, path, key in own + theirs
    ]


@pytest.mark.parametrize("what", BODIES)
def test_a_hostile_body_is_refused_in_the_one_shape(
    calls: list[tuple[str, str, dict[str, str]]], what: str
) -> None:
    kind, body = BODIES[what]
    client = Client(raise_request_exception=False)
    for method, path, headers in calls:
        named = {**headers, "Idempotency-Key": f"hostile-{next(_keys):08}"}
        answer = client.generic(method, path, body, kind, headers=named)
        assert 400 <= answer.status_code < 500, (path, answer.content[:300])
        assert answer.status_code != 401, path
        assert set(answer.json()["error"]) == {"code", "message", "field", "remedy"}, path


@pytest.mark.parametrize("what", BODIES)
def test_badges_take_no_hostile_wish(what: str) -> None:
    ana = resident("Ana")
    client = Client(raise_request_exception=False)
    client.force_login(ana.person)
    kind, body = BODIES[what]
    answer = client.generic("POST", "/badges/issue/", body, kind)
    assert 400 <= answer.status_code < 500, answer.content[:300]
