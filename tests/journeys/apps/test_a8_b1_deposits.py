"""A2, A8, B1, D2: deposits by score at car, hotel, flat and tool library; damage afterwards."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.city_phones import Phone, give, resident, sum_of_all
from tests.city_scores import consent, good_record, new_scorer, settle, tell
from tests.given_scores import stand_at
from tests.market_phones import (
    Desk,
    allows,
    booking_on,
    books,
    customer,
    kinds_about,
    looks,
    opens,
    standing,
    state_on,
    tomorrow,
)
from zhima.city import clock
from zhima.city.disclosure import own
from zhima.city.disclosure.feed import feed
from zhima.city.obligations.chores import pass_time
from zhima.city.obligations.models import Obligation
from zhima.city.pay.models import Merchant
from zhima.city.scoring import policy
from zhima.city.scoring.scorer import Scorer
from zhima.city.wallet import books as ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


@pytest.fixture
def scorer() -> Scorer:
    return new_scorer()


def somebody(name: str, *, fen: int) -> Phone:
    """Wants a score, and lets the library and these apps report and ask."""
    phone = customer(
        name,
        fen=fen,
        car=["agreements", "door:car"],
        hotel=["agreements", "door:hotel"],
        flat=["agreements", "door:flat"],
        tools=["agreements", "door:tool-class-b", "door:tool-class-c"],
    )
    consent(phone.person)
    return phone


def score_of(phone: Phone) -> int:
    return int(own.current(phone.person).score)


def earns(phone: Phone, scorer: Scorer) -> None:
    """Twelve months of bills paid and things brought back."""
    tell(*good_record(phone.person))
    settle(scorer)


def test_b1_the_same_person_before_and_after_a_change_of_score(scorer: Scorer) -> None:
    ana = somebody("Ana", fen=50_000_00)
    for app in ("car", "hotel", "flat"):
        opens(app)
    shelf = {
        "car": ("little", tomorrow("car", "little")),
        "hotel": ("double", tomorrow("hotel", "double")),
        "flat": ("one-room", standing("flat", "one-room")),
    }
    settle(scorer)
    before = score_of(ana)
    assert before < 600
    for app, (key, slot) in shelf.items():
        shown = looks(ana, app, key, slot)
        assert 'data-quote="deposit"' in shown.text, app
        assert f"Your score is {before}" in shown.text
        assert "Book without deposit" not in shown.text
        told = books(ana, app, key, slot, freeze="no")
        assert told.reason == "waiver_not_given"
    earns(ana, scorer)
    after = score_of(ana)
    assert after >= 650
    with clock.pretending(clock.microseconds(clock.now() + timedelta(minutes=31))):
        pass_time()
    for app, (key, slot) in shelf.items():
        shown = looks(ana, app, key, slot)
        assert 'data-quote="open"' in shown.text, app
        assert state_on(books(ana, app, key, slot, freeze="no")) == "booked"
    assert ledger.account(ana.person).pending_debits_fen == 0
    assert set(Obligation.objects.exclude(booking_id="").values_list("state", flat=True)) == {
        "waived"
    }


THRESHOLDS = {
    # app: offer, points from which no deposit is asked, deposit one point below, its level
    "car": ("little", 650, "3,000.00", 350),
    "flat": ("one-room", 650, "3,000.00", 600),
    "hotel": ("double", 600, "400.00", 350),
}


@pytest.mark.parametrize("app", THRESHOLDS)
def test_b1_one_point_below_and_exactly_at_each_operators_threshold(app: str) -> None:
    key, free_from, asked, level = THRESHOLDS[app]
    ana, keeper = resident("Ana", fen=50_000_00), resident("Keeper")
    opens(app, keeper)
    slot = standing(app, key) if app == "flat" else tomorrow(app, key)
    stand_at(ana.person, free_from - 1)
    allows(ana, app, f"door:{app}")
    below = looks(ana, app, key, slot)
    assert 'data-quote="deposit"' in below.text
    assert f"A deposit of {asked} is frozen" in below.text
    assert 'data-gap="1"' in below.text
    assert f"{app} from {level}" in below.text, "the rule"
    assert f"from {free_from}" in below.text
    assert "The other way" in below.text
    door = policy.in_force(clock.now()).rulebook.rules.door(app)
    assert door.other_way.en in html.unescape(below.text)
    told = books(ana, app, key, slot, freeze="no")
    assert (told.reason, told.status) == ("waiver_not_given", 422)
    assert 'data-gap="1"' in told.text, "a refusal says it too"
    stand_at(ana.person, free_from)
    there = looks(Phone(ana.person), app, key, slot)
    assert 'data-quote="open"' in there.text
    assert "data-gap" not in there.text
    shown = books(Phone(ana.person), app, key, slot, freeze="no")
    agreed = Obligation.objects.get(booking=booking_on(shown))
    assert (agreed.state, f"{agreed.deposit_fen / 100:,.2f}") == ("waived", asked)
    page = ana.get("obligations:one", agreed.pk)
    assert f"{app} from {free_from}" in page.text
    asked_by = {look.reader_name for look in feed(ana.person) if look.reader_kind == "app"}
    assert asked_by == {Merchant.objects.get(owner=keeper.person).name}


def test_a2_a_waived_deposit_is_collected_from_the_purse_afterwards(scorer: Scorer) -> None:
    ana, desk = somebody("Ana", fen=1000_00), opens("car")
    earns(ana, scorer)
    car = booking_on(books(ana, "car", "little", tomorrow("car", "little"), freeze="no"))
    desk.does("start", car, text="no scratch")
    desk.does("finish", car, amount_fen="400", text="a scratch", severity="1")
    assert (ana.balance_fen, desk.till_fen) == (1000_00 - 520_00, 520_00)
    assert "item.damaged" in kinds_about(ana)
    assert "deposit.waived" in kinds_about(ana)
    assert "obligation.settled" in kinds_about(ana)


def test_without_consent_the_door_is_not_asked_and_a_deposit_is_always_possible() -> None:
    ana = resident("Ana", fen=4000_00)
    opens("car")
    slot = tomorrow("car", "little")
    shown = looks(ana, "car", "little", slot)
    assert 'data-quote="no_grant"' in shown.text
    assert "Let the app ask my score" in shown.text
    assert "Not known: nobody looked" in shown.text
    assert "Freeze 3000.00 until the car is back." in shown.text
    assert books(ana, "car", "little", slot).reason == "deposit_not_chosen"
    assert state_on(books(ana, "car", "little", slot, freeze="yes")) == "booked"


def test_a2_whoever_lets_the_app_ask_after_a_first_look_is_asked_about_at_once() -> None:
    ana = customer("Ana", fen=4000_00, score=700)
    opens("car")
    slot = tomorrow("car", "little")
    assert 'data-quote="no_grant"' in looks(ana, "car", "little", slot).text
    allows(ana, "car", "door:car")
    assert 'data-quote="open"' in looks(ana, "car", "little", slot).text
    looks(ana, "car", "little", slot)
    answers = [look for look in feed(ana.person) if not look.refusal]
    assert len(answers) == 1, "looking at the page again asks no door again"
    assert state_on(books(ana, "car", "little", slot, freeze="no")) == "booked"


def in_debt(scorer: Scorer) -> tuple[Phone, Desk]:
    """Chen rented without deposit, wrecked a door, and has no money left."""
    chen, desk = somebody("Chen", fen=121_00), opens("car")
    earns(chen, scorer)
    car = booking_on(books(chen, "car", "little", tomorrow("car", "little"), freeze="no"))
    desk.does("start", car)
    desk.does("finish", car, amount_fen="900", text="the door is bent", severity="2")
    return chen, desk


def test_d2_chen_leaves_car_damage_unpaid_and_his_score_falls_with_a_receipt(
    scorer: Scorer,
) -> None:
    chen, desk = in_debt(scorer)
    settle(scorer)
    before = score_of(chen)
    for days in (9, 17):
        with clock.pretending(clock.microseconds(clock.now() + timedelta(days=days))):
            pass_time()
    assert Obligation.objects.get(state="breached").owed_fen == 900_00
    assert kinds_about(chen)[-2:] == ["obligation.overdue", "obligation.breached"]
    with clock.pretending(clock.microseconds(clock.now() + timedelta(days=18))):
        settle(scorer)
        assert score_of(chen) < before
    page = chen.get("obligations:mine")
    assert "900.00" in page.text
    assert desk.till_fen == 120_00


def test_d2_paying_repairs_it(scorer: Scorer) -> None:
    chen, desk = in_debt(scorer)
    for days in (9, 17):
        with clock.pretending(clock.microseconds(clock.now() + timedelta(days=days))):
            pass_time()
    broken = Obligation.objects.get(state="breached")
    give(ledger.purse(chen.person), 900_00)
    page = chen.get("obligations:one", broken.pk)
    paid = chen.post("obligations:pay", broken.pk, key=page.field("key"))
    assert 'data-state="repaired"' in paid.text
    assert kinds_about(chen)[-1] == "obligation.repaired"
    assert (desk.till_fen, sum_of_all()) == (120_00 + 900_00, 0)
    stranger = resident("Stranger")
    assert stranger.get("obligations:one", broken.pk).status == 404


def test_a8_three_nights_in_one_room_and_the_last_room_is_gone() -> None:
    opens("hotel")
    guests = [resident(f"Guest{n}", fen=3000_00) for n in range(3)]
    slot = tomorrow("hotel", "double")
    stays = [books(guest, "hotel", "double", slot, count=3, freeze="yes") for guest in guests]
    assert [stay.reason for stay in stays] == ["", "", "slot_gone"]
    stay = booking_on(stays[0])
    assert stay.price_fen == 3 * 390_00
    assert timezone.localtime(stay.ends_at).hour == 11
    later = tomorrow("hotel", "double", days=4)
    assert state_on(books(guests[2], "hotel", "double", later, freeze="yes")) == "booked"
    overlapping = tomorrow("hotel", "double", days=3)
    assert (
        books(
            resident("Late", fen=3000_00), "hotel", "double", overlapping, count=2, freeze="yes"
        ).reason
        == "slot_gone"
    )


def test_a8_damage_found_after_a_stay_is_paid_from_the_deposit() -> None:
    ana, desk = somebody("Ana", fen=2000_00), opens("hotel")
    room = booking_on(books(ana, "hotel", "single", tomorrow("hotel", "single"), freeze="yes"))
    desk.does("start", room)
    told = desk.does("finish", room, amount_fen="400.01", text="a broken lamp", severity="1")
    assert "At most the agreed deposit" in told.text
    assert state_on(told) == "in_use", "nothing of a refused act stays"
    desk.does("finish", room, amount_fen="150", text="a broken lamp", severity="1")
    assert (ana.balance_fen, desk.till_fen) == (2000_00 - 260_00 - 150_00, 410_00)
    assert "stay.damaged" in kinds_about(ana)
    assert "stay.ended" not in kinds_about(ana)


@pytest.mark.parametrize(("app", "damage"), [("hotel", "150"), ("flat", "900")])
def test_a8_without_a_deposit_by_score_damage_is_still_collected_afterwards(
    app: str, damage: str
) -> None:
    ana = customer("Ana", fen=3000_00, score=700, **{app: ["agreements", f"door:{app}"]})
    desk = opens(app)
    key = "double" if app == "hotel" else "one-room"
    slot = tomorrow(app, key) if app == "hotel" else standing(app, key)
    stay = booking_on(books(ana, app, key, slot, freeze="no"))
    assert (stay.obligation.state, ledger.account(ana.person).pending_debits_fen) == ("waived", 0)
    desk.does("start", stay)
    ended = desk.does("finish", stay, amount_fen=damage, text="a broken door", severity="2")
    assert state_on(ended) == "done"
    owed_fen = int(damage) * 100
    assert desk.till_fen == stay.price_fen + owed_fen
    page = ana.get(f"{app}:booking", stay.pk).text
    assert f"{int(damage):,}.00 of it paid for damage" in page
    assert "stay.damaged" in kinds_about(ana)
    assert sum_of_all() == 0


def test_a8_a_flat_is_leased_by_the_month_and_the_first_rent_paid() -> None:
    ana = resident("Ana", fen=9000_00)
    opens("flat")
    slot = standing("flat", "one-room")
    asked = looks(ana, "flat", "one-room", slot, count=12).text
    assert "1,800.00" in asked
    assert "21,600.00" not in asked, "what is debited now is what the page says"
    lease = booking_on(books(ana, "flat", "one-room", slot, count=12, freeze="yes"))
    assert (lease.price_fen, ana.balance_fen) == (1800_00, 7200_00)
    assert ledger.account(ana.person).pending_debits_fen == 6000_00
    assert 359 <= (lease.ends_at - clock.now()).days <= 360
    told = looks(resident("Bo"), "flat", "one-room", standing("flat", "one-room"))
    assert told.status == 200


def test_tools_of_class_a_need_nothing_and_class_c_a_deposit_or_good_loans(
    scorer: Scorer,
) -> None:
    ana, desk = somebody("Ana", fen=400_00), opens("tools")
    settle(scorer)
    hammer = booking_on(books(ana, "tools", "hand-tools", standing("tools", "hand-tools")))
    assert (hammer.obligation, hammer.state) == (None, "booked")
    saw = standing("tools", "chainsaw")
    assert books(ana, "tools", "chainsaw", saw, freeze="no").reason == "waiver_not_given"
    borrowed = booking_on(books(ana, "tools", "chainsaw", saw, freeze="yes"))
    assert ledger.account(ana.person).pending_debits_fen == 300_00
    for tool in (hammer, borrowed):
        desk.does("start", tool)
        assert state_on(desk.does("finish", tool)) == "done"
    assert ledger.account(ana.person).pending_debits_fen == 0
    earns(ana, scorer)
    assert score_of(ana) >= 620
    assert state_on(books(Phone(ana.person), "tools", "chainsaw", saw, freeze="no")) == "booked"
    assert kinds_about(ana).count("item.borrowed") == 2


def test_the_shop_hears_of_every_move_by_webhook() -> None:
    from zhima.city.api.models import Delivery, Endpoint

    ana, desk = resident("Ana", fen=4000_00), opens("car")
    Endpoint.objects.create(merchant=desk.shop, url="http://127.0.0.1:9/gone")
    car = booking_on(books(ana, "car", "little", tomorrow("car", "little"), freeze="yes"))
    desk.does("start", car)
    desk.does("finish", car, amount_fen="400", text="a scratch")
    told = Delivery.objects.filter(source="obligations").order_by("seq")
    assert [delivery.body["type"] for delivery in told] == [
        f"obligation.{word}"
        for word in ("quoted", "held", "in_use", "returned", "returned", "settled", "released")
    ]
    assert "Ana" not in str(list(told.values_list("body", flat=True)))
