"""A8, A4, A5: later rents and unpaid fares fall due, run late, are broken, and are made good."""

from __future__ import annotations

import pytest

from tests.city_phones import Phone, give, resident, sum_of_all
from tests.city_scores import new_scorer, settle
from tests.market_phones import (
    Desk,
    booking_on,
    books,
    customer,
    does,
    kinds_about,
    later,
    opens,
    state_on,
    takes,
)
from zhima.city.disclosure import own
from zhima.city.market.models import Booking, Offer
from zhima.city.obligations.models import Obligation
from zhima.city.wallet import books as ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def lease(*, fen: int, months: int = 3) -> tuple[Phone, Desk, Booking]:
    ana, desk = customer("Ana", fen=fen, flat=["agreements"]), opens("flat")
    booked = takes(ana, "flat", "one-room", count=months)
    desk.does("start", booked)
    return ana, desk, Booking.objects.get(pk=booked.pk)


def rents(of: Phone) -> list[tuple[str, int]]:
    found = Obligation.objects.filter(person=of.person, is_lent=False).order_by("due_at")
    return [(rent.state, rent.owed_fen) for rent in found]


def test_a8_each_rent_is_announced_and_debited_on_its_day() -> None:
    ana, desk, home = lease(fen=20_000_00)
    with later(22):
        assert rents(ana) == []
    with later(23.1):
        assert rents(ana) == [("owed", 1800_00)]
        page = ana.get("flat:booking", home.pk)
        assert "Rent: To be paid" in page.text
        assert "1,800.00" in ana.get("obligations:mine").text
    with later(30.1):
        assert rents(ana) == [("released", 0)]
    assert desk.till_fen == 2 * 1800_00
    with later(61):
        assert rents(ana) == [("released", 0), ("released", 0)]
    with later(89):
        assert len(rents(ana)) == 2, "three months have three rents, the first paid before"
    assert desk.till_fen == 3 * 1800_00
    assert "obligation.settled" in kinds_about(ana)
    assert sum_of_all() == 0


def test_a8_a_rent_may_be_paid_before_its_day_and_ends_with_the_lease() -> None:
    ana, desk, home = lease(fen=20_000_00)
    with later(24):
        rent = Obligation.objects.get(is_lent=False)
        page = ana.get("obligations:one", rent.pk)
        paid = ana.post("obligations:pay", rent.pk, key=page.field("key"))
        assert 'data-state="released"' in paid.text
    with later(54):
        assert rents(ana)[1] == ("owed", 1800_00)
        desk.does("finish", home)
    with later(54.1):
        assert rents(ana)[1] == ("released", 1800_00)
        assert "No longer due" in ana.get("obligations:one", _last_rent().pk).text
    with later(95):
        assert desk.till_fen == 2 * 1800_00


def _last_rent() -> Obligation:
    return Obligation.objects.filter(is_lent=False).order_by("due_at").last()  # type: ignore[return-value]


def test_a8_a_rent_left_unpaid_is_overdue_broken_and_made_good_by_paying() -> None:
    scorer = new_scorer()
    ana, desk, _ = lease(fen=7_900_00)
    settle(scorer)
    with later(33.2):
        assert rents(ana) == [("overdue", 1800_00)]
    with later(63.5):
        assert rents(ana)[0] == ("breached", 1800_00)
        rent = Obligation.objects.filter(is_lent=False).earliest("due_at")
        settle(scorer)
        before = own.current(ana.person).score
        page = ana.get("obligations:one", rent.pk)
        assert "data-gives-back" in page.text
        give(ledger.purse(ana.person), 1800_00)
        ana.post("obligations:pay", rent.pk, key=page.field("key"))
        settle(scorer)
        gained = own.current(ana.person).score - before
        assert f'data-gives-back="{gained}"' in page.text
        assert rents(ana)[0] == ("repaired", 0)
    assert kinds_about(ana).count("obligation.breached") == 1
    assert desk.till_fen == 2 * 1800_00


def driven(fen: int) -> tuple[Phone, Desk, Booking]:
    ana, desk = customer("Ana", fen=fen, taxi=["agreements"]), opens("taxi")
    ride = booking_on(books(ana, "taxi", "standard", start="station", goal="airport"))
    for act in ("accept", "start", "finish"):
        desk.does(act, ride)
    return ana, desk, Booking.objects.get(pk=ride.pk)


def test_a5_a_fare_left_unpaid_becomes_a_debt_and_is_collected_when_there_is_money() -> None:
    ana, desk, ride = driven(fen=5_00)
    assert does(ana, "pay", ride).status == 200
    assert desk.till_fen == 0
    with later(0.5):
        assert rents(ana) == [], "a day is left to pay"
    with later(1.1):
        assert rents(ana) == [("owed", ride.price_fen)]
        page = ana.get("taxi:booking", ride.pk)
        assert "Fare: To be paid" in page.text
        assert f"/{ride.pk}/pay/" not in page.text, "paid in one place"
        does(ana, "pay", ride)
        assert does(ana, "dispute", ride, text="too much").status == 200
        assert rents(ana) == [("owed", ride.price_fen)]
    give(ledger.purse(ana.person), ride.price_fen)
    with later(1.3):
        assert rents(ana) == [("released", 0)]
    assert (desk.till_fen, sum_of_all()) == (ride.price_fen, 0)


def test_a5_a_fare_never_paid_is_broken_and_falls_on_the_score() -> None:
    scorer = new_scorer()
    ana, _, ride = driven(fen=0)
    with later(1.1):
        settle(scorer)
        before = own.current(ana.person).score
    for days in (2.2, 9.3):
        with later(days):
            settle(scorer)
    assert rents(ana) == [("breached", ride.price_fen)]
    assert kinds_about(ana)[-2:] == ["obligation.overdue", "obligation.breached"]
    with later(9.4):
        assert own.current(ana.person).score < before


def test_a5_a_fare_that_was_paid_or_is_disputed_is_no_debt() -> None:
    ana, desk, ride = driven(fen=500_00)
    does(ana, "pay", ride)
    chen = resident("Chen", fen=500_00)
    other = booking_on(books(chen, "taxi", "large", start="station", goal="market"))
    for act in ("accept", "start", "finish"):
        desk.does(act, other)
    assert does(chen, "dispute", other, text="a detour").status == 200
    with later(3):
        assert Obligation.objects.filter(is_lent=False).count() == 0
        desk.does("answer", other)
    with later(4.5):
        (debt,) = Obligation.objects.filter(is_lent=False)
    assert (debt.person, debt.state) == (chen.person, "released")


def test_a4_a_ride_that_the_purse_cannot_pay_is_collected_later() -> None:
    mei, desk = resident("Mei"), opens("bike")
    Offer.objects.filter(key="b-017").update(facts={"deposit": False})
    ride = takes(mei, "bike", "b-017")
    does(mei, "unlock", ride)
    assert state_on(does(mei, "lock", ride, spot="station")) == "done"
    with later(1.1):
        assert rents(mei) == [("owed", 150)]
    give(ledger.purse(mei.person), 150)
    with later(1.2):
        assert rents(mei) == [("released", 0)]
    assert desk.till_fen == 150
