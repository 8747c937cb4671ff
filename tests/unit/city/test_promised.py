"""A payment's page leaves when its promise is kept; else it is made again by waiting."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from tests.city_phones import balance_of, resident, sum_of_all
from zhima.city.ledger.writer import LedgerBusy
from zhima.city.pages import Pages
from zhima.city.pay.shops import shop_account
from zhima.city.wallet import books, promises

pytestmark = pytest.mark.django_db(transaction=True)
PAY = "/pay/confirm/"


class Street:
    """Ana before a tea stall, her requests sent as a server sends them."""

    def __init__(self) -> None:
        self.ana, self.keeper = resident("Ana", fen=100_00), resident("Keeper")
        self.shop = self.keeper.opens_shop()
        self.sign = self.keeper.get("pay:till", self.shop).code
        self.pages = Pages(4)
        self._loop = asyncio.Runner()

    def asked(self, text: str) -> dict[str, str]:
        """The form of the confirmation page, with its token."""
        page = self.ana.get("pay:confirm", text=text)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        return {"text": text, "key": page.field("key"), "csrfmiddlewaretoken": token}

    def sends(self, **form: str) -> dict[str, Any]:
        """Status, place and reason of the answer."""
        name = settings.SESSION_COOKIE_NAME
        return self.sends_as(f"{name}={self.ana.client.cookies[name].value}", form)

    def sends_as(self, cookie: str, form: dict[str, str]) -> dict[str, Any]:
        """The same with another cookie, or none."""
        return self._loop.run(post(self.pages, form, cookie))

    def close(self) -> None:
        """Stop the loop."""
        self._loop.close()

    @property
    def taken_fen(self) -> int:
        """What the stall has."""
        return balance_of(shop_account(UUID(self.shop)))


async def post(pages: Pages, form: dict[str, str], cookie: str) -> dict[str, Any]:
    body, told = urlencode(form).encode(), []
    scope = {
        "type": "http",
        "method": "POST",
        "path": PAY,
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"cookie", cookie.encode()),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(body)).encode()),
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await pages(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    text = told[1]["body"].decode()
    reason = re.search(r'data-reason="(\w+)"', text)
    return {
        "status": told[0]["status"],
        "place": headers.get("Location", ""),
        "reason": reason[1] if reason else "",
        "headers": headers,
    }


@pytest.fixture
def street(city: None) -> Iterator[Street]:
    made = Street()
    yield made
    made.close()
    assert sum_of_all() == 0
    connections.close_all()


@pytest.fixture
def never_waits(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("this page waited for the ledger")

    monkeypatch.setattr("zhima.city.pay.paying.write", refuse)
    monkeypatch.setattr(books, "write", refuse)


def test_a_plain_payment_is_on_disk_when_its_answer_leaves(street: Street) -> None:
    form = street.asked(street.sign) | {"amount_fen": "12"}
    answer = street.sends(**form)
    assert answer["status"] == 302
    assert answer["place"].startswith("/pay/receipt/scan:")
    assert (street.ana.balance_fen, street.taken_fen) == (88_00, 12_00)
    for header in ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options"):
        assert header in answer["headers"]


@pytest.mark.usefixtures("never_waits")
def test_a_double_click_pays_once_without_waiting(street: Street) -> None:
    form = street.asked(street.sign) | {"amount_fen": "12"}
    first, second = street.sends(**form), street.sends(**form)
    assert first["place"] == second["place"] != ""
    assert street.taken_fen == 12_00


def test_what_the_ledger_refuses_is_told_on_the_page(street: Street) -> None:
    form = street.asked(street.sign)
    assert street.sends(**form, amount_fen="100.01")["reason"] == "not_enough"
    assert street.sends(**form, amount_fen="12")["status"] == 302
    again = street.sends(**form, amount_fen="13")
    assert (again["status"], again["reason"]) == (422, "id_reused_with_other_amount")
    assert street.taken_fen == 12_00


def test_an_order_waits_as_before(street: Street) -> None:
    order = street.keeper.asks(street.shop, "30")
    form = street.asked(order.code)
    assert street.sends(**form, amount_fen="")["place"].startswith("/pay/receipt/order:")
    assert street.sends(**street.asked(street.sign), amount_fen="1")["status"] == 302
    assert street.taken_fen == 31_00


def test_strangers_and_other_sites_are_refused_as_everywhere(street: Street) -> None:
    form = street.asked(street.sign) | {"amount_fen": "12"}
    asked = street.sends_as("", form)
    assert (asked["status"], asked["place"]) == (403, "")
    forged = street.sends(**{**form, "csrfmiddlewaretoken": "A" * 64})
    assert forged["status"] == 403
    assert street.taken_fen == 0


def test_a_full_ledger_answers_as_it_does_to_whoever_waits(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerBusy("full")

    form = street.asked(street.sign) | {"amount_fen": "12"}
    monkeypatch.setattr(books.writer(), "submit", full)
    assert street.sends(**form)["status"] >= 500
    monkeypatch.undo()
    assert street.sends(**form)["status"] == 302


def test_nothing_else_is_written_while_a_promise_is_open() -> None:
    with promises.promise(), pytest.raises(promises.MustWait):
        books.write()
