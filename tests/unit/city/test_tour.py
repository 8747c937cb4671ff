"""The tour: a step is ticked by what the visitor did, never by the town's own life."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from tests.city_phones import Phone, give
from tests.given_scores import stand_at
from tests.market_phones import books as book
from tests.market_phones import opens, tomorrow
from zhima.city import clock
from zhima.city.demo import living, rental, rules, touring
from zhima.city.demo.residents import settle_operators, settle_residents
from zhima.city.disclosure.readers import Reader, ReaderKind
from zhima.city.doors.models import Contest
from zhima.city.doors.places import ask
from zhima.city.ledger import requests
from zhima.city.market import allowing, shelf
from zhima.city.people import contacts
from zhima.city.people.models import Person
from zhima.city.scoring.models import Score
from zhima.city.wallet import books
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def six() -> Mapping[str, Person]:
    people = settle_residents()
    for person in people.values():
        give(books.open_purse(person), 900_00)
    return people


@pytest.fixture
def ana(six) -> Phone:
    """Ana's phone in a browser in which the tour was begun."""
    phone = Phone(six["ana"])
    assert done(phone.client) == set()
    return phone


def done(client: Client) -> set[str]:
    """The steps that the panel shows as done."""
    panel = client.get("/demo/tour/").content.decode()
    steps = re.findall(r'<li class="([a-z ]*)" data-step="([a-z]+)"', panel)
    assert len(steps) == 13
    return {step for said, step in steps if "done" in said.split()}


def lives(person: Person, other: Person, number: int = 1) -> None:
    """What habits bring: money goes out, and a score moves."""
    paid = requests.pay(
        transfer_id=f"life:{person.pk.hex[:12]}:{number}:transfer",
        payer=books.purse(person),
        payee=books.purse(other),
        amount_fen=1_00,
    )
    assert books.write(paid) == ["paid"]
    stand_at(person, 640 + number)
    Score.objects.filter(person_id=person.pk).update(cause="life:bill.paid")


def test_life_alone_ticks_nothing(six, ana) -> None:
    lives(six["ana"], six["bo"])
    assert done(ana.client) == set()
    ana.get("score:home")
    assert done(ana.client) == {"score"}, "who looks sees that it moved"
    other = Phone(six["bo"])
    assert done(other.client) == set(), "in another browser nobody did anything"


def test_a_score_that_moved_before_the_tour_or_was_not_seen_ticks_nothing(six, ana) -> None:
    stand_at(six["ana"], 640)
    ana.client.post("/demo/tour/again/")
    ana.get("score:home")
    assert done(ana.client) == set()
    lives(six["ana"], six["bo"])
    assert done(ana.client) == set(), "the page was opened before"


def test_paying_is_the_visitors_own_payment(six, ana) -> None:
    code = Phone(six["bo"]).get("pay:collect").code
    lives(six["ana"], six["bo"])
    assert ana.pay(code, "0").reason
    assert done(ana.client) == set(), "refused, while life paid something"
    mark = "zhima_did_paid"
    said = f"{clock.microseconds(clock.now())}|{six['ana'].pk.hex}"
    ana.client.cookies[mark] = signing.get_cookie_signer(salt=mark + mark).sign(said)
    assert done(ana.client) == set(), "something was sent, but nothing of hers was paid"
    assert ana.pay(code, "12.00").receipt
    assert done(ana.client) == {"pay"}
    for number in range(60):
        lives(six["ana"], six["bo"], number + 2)
    assert done(ana.client) == {"pay"}, "however much happens since"
    ana.client.post("/demo/tour/again/")
    assert done(ana.client) == set(), "a new tour begins anew"


def test_booking_and_the_reading_that_a_door_leaves(six, ana) -> None:
    stand_at(six["ana"], 700)
    opens("car", Phone(six["li"]))
    app = shelf.find("car")
    assert book(ana, "car", "little", tomorrow("car", "little"), freeze="yes").status == 422
    ana.client.get(reverse("car:book", args=["little"]), {"slot": "1"})
    allowing.allow(app, six["ana"], {ask.purpose for ask in allowing.asks(app, six["ana"])})
    ana.get("disclosure:feed")
    assert done(ana.client) == set(), "the shop was refused: that is no reading"
    assert book(ana, "car", "little", tomorrow("car", "little"), freeze="no").status == 200
    assert done(ana.client) == {"book"}, "the reading is not seen yet"
    ana.get("disclosure:feed")
    assert done(ana.client) == {"book", "door"}


def test_dropping_is_done_by_whoever_holds_the_phone(six, ana) -> None:
    for name in ("bo", "chen"):
        contacts.ask(person=six["ana"], other=six[name])
        contacts.agree(person=six[name], other=six["ana"])
    contacts.end(person=six["bo"], other=six["ana"])
    assert done(ana.client) == set()
    ana.post("people:step", six["li"].pk, "ask")
    assert done(ana.client) == set(), "Bo ended it, and she asked somebody else"
    ana.post("people:step", six["chen"].pk, "end")
    assert done(ana.client) == {"drop"}


def test_the_rule_is_changed_in_this_tour_or_not_at_all(six, ana, settings, tmp_path) -> None:
    settings.HOME = tmp_path
    rules.put_in_force(rules.NUDGING)
    clock.step(timedelta(seconds=1))
    assert done(ana.client) == {"nudge"}
    ana.client.post("/demo/tour/again/")
    assert done(ana.client) == set(), "an earlier visitor did that"
    clock.step(timedelta(seconds=1))
    ana.client.post(f"/demo/tour/act/{rules.NUDGING}/")
    assert done(ana.client) == {"nudge"}


def test_a_second_visitor_is_told_why_chen_can_rent_no_car(six, ana, monkeypatch) -> None:
    # Time passes without the town's life, whose scores would take the place of the given ones.
    monkeypatch.setattr(living, "pass_until", lambda end: clock.step(end - clock.now()))
    opens("car", Phone(six["li"]))
    stand_at(six["chen"], 700)
    assert rental.bring_back_damaged().claimed_fen
    stand_at(six["chen"], 560)
    ana.client.post("/demo/tour/again/")
    ana.client.post("/demo/tour/act/damage/")
    panel = ana.client.get("/demo/tour/").content.decode()
    (said,) = re.findall(r'role="alert">.*?<p>(.*?)</p>', panel)
    assert "in another visitor" in said
    assert "Start the demo over" in said
    ana.client.post("/demo/tour/skip/pay/")
    assert 'role="alert"' not in ana.client.get("/demo/tour/").content.decode()


def test_the_minute_at_the_table_and_the_operator_need_not_be_waited_for(six, ana) -> None:
    for act, said in (("minute", "Nobody has asked"), ("uphold", "Nobody has appealed")):
        ana.client.post(f"/demo/tour/act/{act}/")
        assert said in ana.client.get("/demo/tour/").content.decode()
    shop = Reader(ReaderKind.SHOP, "table", "Lotus kitchen")
    bo = Phone(six["bo"])
    for phone, score in ((ana, 720), (bo, 610)):
        stand_at(phone.person, score)
        phone.post("doors:share", "places")
        ask(operator=shop, person=phone.person, slot="window", what=Text("A table", "餐桌"))
    ana.client.post("/demo/tour/act/minute/")
    assert Contest.objects.get().decided_at is not None
    assert done(ana.client) == set(), "nobody asked on this visitor's phones"

    settle_operators()
    ana.post("appeals:score", text="I am not that.")
    assert done(ana.client) == {"appeal"}
    ana.client.post("/demo/tour/act/uphold/")
    assert done(ana.client) == {"appeal", "undone"}


def test_in_a_town_that_is_new_nothing_was_done(six, ana) -> None:
    lives(six["ana"], six["bo"])
    ana.get("score:home")
    assert done(ana.client) == {"score"}
    Person.objects.filter(is_resident_of_demo=True).update(is_resident_of_demo=False)
    assert done(ana.client) == set()


def test_a_cookie_that_somebody_wrote_himself_says_nothing(six, ana) -> None:
    for name in (touring.DONE, "zhima_did_paid"):
        ana.client.cookies[name] = f"{clock.microseconds(clock.now())}|pay"
    assert done(ana.client) == set()
