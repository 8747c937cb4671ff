"""The demo's residents: who can be entered, and a past in which no fen and no point is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.city_books import balance_fen
from zhima.city import clock
from zhima.city.demo import living
from zhima.city.demo.history import play
from zhima.city.demo.life import Pocket
from zhima.city.demo.residents import settle_residents
from zhima.city.ledger.audit import audit
from zhima.city.scoring import readings, rebuilding
from zhima.city.wallet import books
from zhima.city.wallet.activity import latest
from zhima.engine.kinds import ZhimaError

pytestmark = pytest.mark.usefixtures("city")


def test_wu_has_no_phone_and_a_resident_of_ones_own_cannot_be_entered() -> None:
    settle_residents()
    client = Client()
    assert client.post("/demo/enter/wu/").status_code == 404
    assert client.get("/").status_code == 302
    assert client.post("/demo/enter/ana/").status_code == 302
    assert client.get("/").status_code == 200


def test_the_past_is_told_in_order_and_goes_on_by_the_day(settings: object, tmp_path) -> None:
    settings.HOME = tmp_path
    residents, now = settle_residents(), clock.now()
    assert play(residents, now=now) > 20
    lines = latest(residents["ana"], limit=3000)
    topped_up = [line.change_fen for line in lines if line.memo == "Top-up"]
    paid = [line for line in lines if line.change_fen < 0]
    assert 1.5 * len(topped_up) < len(paid) < 5 * len(topped_up), "now and then"
    assert not any(fen % 10_00 for fen in topped_up), "people bring round sums from the bank"
    told = [line.at for line in lines]
    assert told == sorted(told, reverse=True)
    assert (now - told[-1]).days >= 500
    assert not audit(books.store()).findings
    assert all(balance_fen(person) >= 0 for person in residents.values())

    # Wu has nothing and wants no score, but he can be paid.
    assert balance_fen(residents["wu"]) == 0
    assert books.account(residents["wu"]).owner == str(residents["wu"].pk)
    assert readings.current(residents["wu"].pk) is None

    # Doors lie on both sides of Ana, Chen has his deposits waived, Mei's file is thin.
    score = {name: readings.current(residents[name].pk) for name in ("ana", "bo", "chen", "mei")}
    assert 640 <= score["ana"].score < 650
    assert 650 <= score["chen"].score < 690
    assert score["mei"].high - score["mei"].low > 2 * (score["bo"].high - score["bo"].low)
    assert len(readings.timeline(residents["ana"].pk, now - timedelta(days=200))) > 20
    assert not rebuilding.check().differences

    with pytest.raises(ZhimaError):
        living.step(0)
    assert Client().post("/demo/step/", {"days": "2"}).status_code == 400
    before = clock.now()
    assert Client().post("/demo/step/", {"days": "1"}).status_code == 302
    assert clock.now() - before >= timedelta(days=1)
    assert readings.current(residents["ana"].pk).as_of <= clock.now()
    checked = rebuilding.check()
    assert (checked.differences, checked.waiting) == ((), 0)
    assert not audit(books.store()).findings


def test_a_purse_is_filled_when_it_runs_low_and_a_visitors_money_stays() -> None:
    pocket = Pocket(low=100_00, top_up=300_00, high=400_00, kept=250_00)
    assert pocket.brought(has=400_00, pays=300_00) == 0
    assert pocket.brought(has=399_99, pays=300_00) == 300_00
    assert pocket.brought(has=0, pays=901_00) == 1200_00
    assert pocket.taken_out(has=390_00, wage=40_00) == 0
    assert pocket.taken_out(has=5_520_50, wage=5_400_00) == 5_200_00
    assert pocket.taken_out(has=9_000_00, wage=5_400_50) == 5_400_00
