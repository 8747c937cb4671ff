"""The ledger's entries as evidence: of those who consented, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_books import resident
from tests.city_scores import consent, opt_in
from zhima.city import clock
from zhima.city.ledger import requests
from zhima.city.ledger.outbox import events_after
from zhima.city.pay.shops import open_shop, shop_account
from zhima.city.people.models import Person
from zhima.city.scoring import money
from zhima.city.scoring.models import Cursor, Event
from zhima.city.wallet import books

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def ana(city: None) -> Person:
    person = resident("Ana", fen=100_00)
    opt_in(person)
    consent(person, app="wallet", purposes=("payments",))
    return person


def kinds(person: Person) -> list[str]:
    rows = Event.objects.filter(person_id=person.pk).order_by("seq")
    return list(rows.values_list("kind", flat=True))


def pay(payer: str, payee: str, fen: int, name: str, meta: str = "") -> None:
    books.write(requests.pay(transfer_id=name, payer=payer, payee=payee, amount_fen=fen, meta=meta))


def test_payments_become_events_of_those_who_consented(ana: Person) -> None:
    bo = resident("Bo", fen=50_00)
    stall = open_shop(owner=bo, name="Stall", city="Chengdu")
    power = open_shop(owner=bo, name="Power", city="Chengdu", category="4900")
    purse = books.purse(ana)
    pay(purse, shop_account(stall.pk), 12_00, "tea")
    pay(purse, shop_account(power.pk), 30_00, "power")
    pay(purse, books.purse(bo), 5_00, "noodles")
    pay(books.WORLD, purse, 900_00, "wages", meta=money.INCOME)
    money.take_in()
    assert kinds(ana) == ["wallet.topped_up", "payment.made", "transfer.sent", "income.received"]
    assert kinds(bo) == []


def test_a_batch_that_is_read_again_counts_once(ana: Person) -> None:
    assert money.take_in() > 0
    outbox = events_after(books.store(), seq=0, limit=100)
    Cursor.objects.filter(name="ledger").update(value=0)
    money.record(outbox)
    assert kinds(ana) == ["wallet.topped_up"]
    assert money.take_in() == 0


def test_what_happened_before_consent_stays_unknown(city: None) -> None:
    mei = resident("Mei", fen=10_00)
    money.take_in()
    opt_in(mei)
    consent(mei, app="wallet", purposes=("payments",))
    assert money.take_in() == 0
    assert kinds(mei) == []
    assert clock.now() - mei.joined_at < timedelta(minutes=5)
