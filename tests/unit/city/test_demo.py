"""The demo's residents: who can be entered, and a past in which no fen is lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.city_books import balance_fen
from zhima.city.demo.history import play
from zhima.city.demo.residents import settle_residents
from zhima.city.ledger.audit import audit
from zhima.city.wallet import books
from zhima.city.wallet.activity import latest

pytestmark = pytest.mark.usefixtures("city")


def test_wu_has_no_phone_and_a_resident_of_ones_own_cannot_be_entered() -> None:
    settle_residents()
    client = Client()
    assert client.post("/demo/enter/wu/").status_code == 404
    assert client.get("/").status_code == 302
    assert client.post("/demo/enter/ana/").status_code == 302
    assert client.get("/").status_code == 200


def test_the_past_is_told_in_order_and_its_books_hold() -> None:
    residents, now = settle_residents(), timezone.now()
    assert play(residents, now=now) > 20
    told = [line.at for line in latest(residents["ana"], limit=50)]
    assert told == sorted(told, reverse=True)
    assert (now - told[-1]).days >= 10
    assert not audit(books.store()).findings
    assert all(balance_fen(person) >= 0 for person in residents.values())


def test_wu_can_be_paid_though_he_has_nothing() -> None:
    residents = settle_residents()
    play(residents, now=timezone.now())
    assert balance_fen(residents["wu"]) == 0
    assert books.account(residents["wu"]).owner == str(residents["wu"].pk)
