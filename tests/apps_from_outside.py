"""An app that an outside developer made: its manifest, its software, the process it runs in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import Client

from tests.city_phones import Phone, resident
from tests.oauth_partner import PartnerSoftware, json_of
from zhima.city.consent.models import Partner
from zhima.city.market import clients, shelf
from zhima.city.market.models import App
from zhima.city.obligations import evidence as obligation_evidence
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person

FOLDER = Path(__file__).parents[1] / "examples" / "mini_app"
WAY_BACK = "http://127.0.0.1:8700/back"
BOOK, PAY, AGREE = "act:book bookings", "act:pay wallet", "act:agree deposits"
HOURS = "agreements hours.given"
"""What can be ticked on the sheet of the kites, beside the evidence of bookings."""
MANIFEST = (FOLDER / "manifest.yaml").read_text(encoding="utf-8")


def with_a_deposit() -> str:
    """The kites, which now are so large that a deposit is asked at the rulebook's car door."""
    kinds = "".join(
        f"  - {{kind: {kind}, purpose: agreements}}\n" for kind in obligation_evidence.KINDS
    )
    rules = "deposit: {door: car, deposit_fen: 20000}\nreads: ['door:car']\nbooking:"
    return MANIFEST.replace("booking: {", f"{kinds}{rules} {{hands_out: true, ")


def published(maker: Phone, text: str = MANIFEST) -> tuple[App, str]:
    """The app of a maker, reviewed by somebody else and open; and its secret."""
    shop = Merchant.objects.get(pk=maker.opens_shop("Kites"))
    app = shelf.submit(owner=maker.person, merchant=shop, text=text)
    reviewer = appointed("Reviewer")
    app = shelf.review(app=app, by=reviewer.person, agrees=True, note="read it")
    app = shelf.publish(app=app, by=maker.person)
    return app, clients.new_secret(app)


def appointed(name: str) -> Phone:
    """Somebody whose work is to review apps."""
    phone = resident(name)
    shelf.OFFICE.appoint(phone.person)
    # Django keeps the permissions of a person that was asked once.
    return Phone(Person.objects.get(pk=phone.person.pk))


class AppSoftware(PartnerSoftware):
    """The software of an app, for itself and with a person's token."""

    @classmethod
    def of(cls, app: App, secret: str) -> AppSoftware:
        """Of an app that is published."""
        return cls(Partner.objects.get(client_id=app.pk), secret, WAY_BACK, "/api/apps/v1")

    def for_itself(self) -> str:
        """A token by which it serves its customers."""
        return str(json_of(self.token(grant_type="client_credentials"))["access_token"])

    def for_person(self, phone: Phone, *ticks: str) -> str:
        """A token of somebody who ticks this and allows."""
        return str(self.allowed(phone, *ticks)["access_token"])

    def allowed(self, phone: Phone, *ticks: str) -> dict[str, Any]:
        """The whole answer of the token endpoint."""
        scopes = list(dict.fromkeys(tick.partition(" ")[0] for tick in ticks))
        code = self.ask(phone.client, *scopes, ticks=list(ticks))["code"]
        return json_of(self.exchange(code))


class Api:
    """The developer's side of the wire, with one token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of one answer."""
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = Client(raise_request_exception=False).generic(
            method, f"/api/apps/v1{path}", sent, "application/json", headers=headers
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None


@contextmanager
def running(city: str, secret: str) -> Iterator[str]:
    """The app in a process of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, str(FOLDER / "kites.py")],
        env={**os.environ, "CITY": city, "SECRET": secret, "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert "http://" in said, "the app did not start"
        yield said.split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def api_of(app: AppSoftware, phone: Phone, *ticks: str) -> Api:
    """An app's software acting for somebody who allowed it this much."""
    return Api(app.for_person(phone, *ticks))
