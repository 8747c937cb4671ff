"""Residents with their phones: what they tap and what their screens say, through HTTP."""

from __future__ import annotations

import html
import re
from itertools import count
from typing import NamedTuple

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from zhima.city.ledger import requests
from zhima.city.ledger.history import find_account
from zhima.city.people.models import Person
from zhima.city.wallet import books

_names = count(1)


class Screen(NamedTuple):
    """A page as somebody sees it."""

    status: int
    text: str
    url: str

    @property
    def reason(self) -> str:
        """The name of the refusal that it shows; empty when there is none."""
        found = re.search(r'data-reason="([a-z_0-9]+)"', self.text)
        return found[1] if found else ""

    @property
    def receipt(self) -> str:
        """The ledger id of the payment whose receipt this is; empty when it is none."""
        found = re.search(r'data-receipt="([^"]+)"', self.text)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The text under the picture of a code."""
        found = re.search(r"data-code>([^<]+)<", self.text)
        assert found, self.text
        return html.unescape(found[1])

    @property
    def digits(self) -> str:
        """The number under a pay code."""
        found = re.search(r"data-digits>([\d ]+)<", self.text)
        assert found, self.text
        return found[1]

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', self.text)
        assert found, (name, self.text)
        return html.unescape(found[1])


class Phone:
    """A resident's phone, logged in."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.client = Client()
        self.client.force_login(person)

    def get(self, page: str, /, *args: object, **query: str) -> Screen:
        """Look at a page."""
        return screen(self.client.get(reverse(page, args=args), query, follow=True))

    def post(self, page: str, /, *args: object, **data: object) -> Screen:
        """Send a form."""
        return screen(self.client.post(reverse(page, args=args), data, follow=True))

    def scan(self, text: str) -> Screen:
        """Hold the camera on a code."""
        return self.post("pay:scan", text=text)

    def pay(self, text: str, amount: str = "", tip: str = "") -> Screen:
        """Scan, type, confirm."""
        asked = self.scan(text)
        return asked if asked.reason else self.confirm(asked, amount, tip)

    def confirm(self, asked: Screen, amount: str = "", tip: str = "") -> Screen:
        """Confirm what a scanned page asks."""
        return self.post(
            "pay:confirm",
            text=asked.field("text"),
            key=asked.field("key"),
            amount_fen=amount,
            tip_fen=tip,
        )

    def opens_shop(self, name: str = "Tea stall", **more: str) -> str:
        """Sign up; the id of the new shop."""
        shop = self.post("pay:shops", name=name, city="Chengdu", kind="shop", **more)
        return re.search("shops/([0-9a-f-]{36})/", shop.url)[1]  # type: ignore[index]

    def asks(self, shop: str, amount: str, bill: str = "Bill", seat: str = "") -> Screen:
        """Make an order at the till; the page with its code."""
        key = self.get("pay:new_order", shop).field("key")
        return self.post("pay:new_order", shop, key=key, amount_fen=amount, bill=bill, seat=seat)

    @property
    def balance_fen(self) -> int:
        """What the ledger says is in the purse."""
        return balance_of(books.purse(self.person))


def screen(response: HttpResponse) -> Screen:
    """The page behind a response, after its redirects."""
    text = response.content.decode()
    return Screen(response.status_code, text, response.request["PATH_INFO"])  # type: ignore[attr-defined]


def resident(name: str, *, fen: int = 0, **fields: object) -> Phone:
    """Somebody new, with money from outside."""
    person = Person.objects.create_user(f"{name.lower()}{next(_names)}", name=name, **fields)
    give(books.open_purse(person), fen)
    return Phone(person)


def give(account_id: str, fen: int) -> None:
    """Money from outside, without a bank."""
    if fen:
        gift = requests.pay(
            transfer_id=f"gift:{next(_names)}:{account_id}",
            payer=books.open_world(),
            payee=account_id,
            amount_fen=fen,
        )
        outcome = books.write(gift)
        assert outcome == ["paid"], outcome


def take(account_id: str, fen: int) -> None:
    """Its owner spends it outside."""
    spent = requests.pay(
        transfer_id=f"spent:{next(_names)}:{account_id}",
        payer=account_id,
        payee=books.open_world(),
        amount_fen=fen,
    )
    outcome = books.write(spent)
    assert outcome == ["paid"], outcome


def balance_of(account_id: str) -> int:
    """What the ledger says is in an account."""
    return find_account(books.store(), account_id=account_id).balance_fen


def sum_of_all() -> int:
    """The sum over all accounts, which is nothing."""
    with books.store().reading() as reader:
        ((total,),) = reader.rows(
            "SELECT SUM(posted_credits_fen) - SUM(posted_debits_fen) FROM ledger_accounts"
        )
    return int(total)
