"""Who may open which page of paying: one row a route, one column a reader."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from tests.city_phones import resident
from zhima.city.api.urls import _pages as api_routes
from zhima.city.pay.models import Merchant, Order, Ticket
from zhima.city.pay.urls import urlpatterns as pay_routes
from zhima.city.people import contacts

pytestmark = pytest.mark.django_db(transaction=True)

READERS = ("owner", "clerk", "payer", "contact", "stranger", "anonymous")
"""The payer bought a ticket here; the contact is the payer's friend."""
EVERYBODY = "yes yes yes yes yes log-in"
MATRIX = {
    "pay:scan": f"POST {EVERYBODY}",
    "pay:confirm": f"GET {EVERYBODY}",
    "pay:receipt": "GET yes yes yes no no log-in",
    "pay:code": f"GET {EVERYBODY}",
    "pay:collect": f"GET {EVERYBODY}",
    "pay:sheet": f"GET {EVERYBODY}",
    "pay:latest": f"GET {EVERYBODY}",
    "pay:tickets": f"GET {EVERYBODY}",
    "pay:ticket": "GET no no yes no no log-in",
    "pay:top_up": f"GET {EVERYBODY}",
    "pay:cash_out": f"GET {EVERYBODY}",
    "pay:charities": f"GET {EVERYBODY}",
    "pay:shops": f"GET {EVERYBODY}",
    "pay:till": "GET yes yes no no no log-in",
    "pay:taken": "GET yes yes no no no log-in",
    "pay:shop_sheet": "GET yes yes no no no log-in",
    "pay:new_order": "GET yes yes no no no log-in",
    "pay:order": "GET yes yes no no no log-in",
    "pay:close": "POST yes yes no no no log-in",
    "pay:cancel": "POST yes no no no no log-in",
    "pay:charge": "GET yes yes no no no log-in",
    "pay:gate": "GET yes yes no no no log-in",
    "pay:refund": "GET yes no no no no log-in",
    "pay:clerks": "GET yes no no no no log-in",
    "pay:dismiss": "POST yes no no no no log-in",
    "pay:pay_out": "GET yes no no no no log-in",
    "pay:settlements": "GET yes no no no no log-in",
    "pay:settlements_csv": "GET yes no no no no log-in",
    "api:keys": "GET yes no no no no log-in",
    "api:revoke": "POST yes no no no no log-in",
}


class City(NamedTuple):
    """Everybody, and a shop where something was paid."""

    clients: dict[str, Client]
    arguments: dict[str, object]
    text: str


@pytest.fixture
def city() -> City:
    owner, clerk, payer = resident("Owner"), resident("Clerk"), resident("Payer", fen=100_00)
    contact, stranger = resident("Contact"), resident("Stranger")
    contacts.ask(person=payer.person, other=contact.person)
    contacts.agree(person=contact.person, other=payer.person)
    shop = owner.opens_shop()
    owner.post("pay:clerks", shop, username=clerk.person.username)
    receipt = payer.pay(owner.asks(shop, "10", seat="12F").code)
    phones = {
        "owner": owner,
        "clerk": clerk,
        "payer": payer,
        "contact": contact,
        "stranger": stranger,
    }
    arguments = {
        "shop_id": shop,
        "entry_id": receipt.receipt,
        "payment_id": receipt.receipt,
        "order_id": Order.objects.get().pk,
        "ticket_id": Ticket.objects.get().pk,
        "clerk_id": Merchant.objects.get().clerks.get().pk,
        "key_id": 1,
        "form": "pdf",
    }
    clients = {name: phone.client for name, phone in phones.items()}
    text = owner.get("pay:till", shop).code
    return City({**clients, "anonymous": Client()}, arguments, text)


def test_the_matrix_names_every_route() -> None:
    named = {f"pay:{route.name}" for route in pay_routes} | {f"api:{r.name}" for r in api_routes}
    assert named == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_who_may(city: City, name: str) -> None:
    method, *verdicts = MATRIX[name].split()
    routes = {f"pay:{r.name}": r for r in pay_routes} | {f"api:{r.name}": r for r in api_routes}
    wanted = routes[name].pattern.converters
    url = reverse(name, kwargs={key: city.arguments[key] for key in wanted})
    found = {}
    # Whoever may do least comes first: what others do cannot open a door for them.
    for reader in reversed(READERS):
        answer = city.clients[reader].generic(method, url, QUERY_STRING=f"text={city.text}")
        found[reader] = verdict(answer.status_code, answer.get("Location", ""))
    assert [found[reader] for reader in READERS] == verdicts


def verdict(status: int, location: str) -> str:
    if status == 302 and location.startswith("/account/login/"):
        return "log-in"
    # A shop's own refusal of a form is an answer to somebody who may ask.
    return {200: "yes", 302: "yes", 422: "yes", 404: "no"}.get(status, str(status))


def test_forms_without_a_token_are_refused(city: City) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = city.clients["payer"].cookies
    assert strict.post("/pay/confirm/", {"text": city.text}).status_code == 403
