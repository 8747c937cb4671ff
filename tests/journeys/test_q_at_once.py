"""Many phones and gates at the same moment: every race has one winner, and no fen is lost."""

from __future__ import annotations

import pytest

from tests.city_phones import Phone, balance_of, resident, sum_of_all
from tests.races import at_once
from zhima.city.pay.models import Merchant, Order
from zhima.city.pay.orders import paid_fen, payments_of
from zhima.city.pay.shops import shop_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("each_ledger")]


@pytest.fixture
def keeper() -> Phone:
    return resident("Keeper")


def test_the_gate_admits_once_however_many_gates_ask(keeper: Phone) -> None:
    ana, shop = resident("Ana", fen=50_00), keeper.opens_shop("Railway")
    receipt = ana.pay(keeper.asks(shop, "40", seat="12F").code)
    ticket = ana.get("pay:ticket", receipt.text.partition("/tickets/")[2].partition("/")[0]).code

    def ask() -> str:
        shown = Phone(keeper.person).post("pay:gate", shop, text=ticket)
        return shown.reason or ("admitted" if "data-admitted" in shown.text else "?")

    assert at_once(*[ask] * 6) == {"admitted": 1, "ticket_used": 5}


def test_payments_at_once_cannot_overdraw(keeper: Phone) -> None:
    ana, shop = resident("Ana", fen=25_00), keeper.opens_shop()
    code = keeper.get("pay:till", shop).code
    phones = [Phone(ana.person) for _ in range(5)]
    asked = [phone.scan(code) for phone in phones]
    came_to = at_once(
        *(
            lambda phone=phone, screen=screen: phone.confirm(screen, "10").reason or "paid"
            for phone, screen in zip(phones, asked, strict=True)
        )
    )
    assert came_to == {"paid": 2, "not_enough": 3}
    assert (ana.balance_fen, sum_of_all()) == (5_00, 0)


def test_an_order_is_paid_once_by_whoever_is_first(keeper: Phone) -> None:
    shop = keeper.opens_shop()
    bill = keeper.asks(shop, "30")
    phones = [resident("Payer", fen=100_00) for _ in range(5)]
    asked = [phone.scan(bill.code) for phone in phones]
    came_to = at_once(
        *(
            lambda phone=phone, screen=screen: phone.confirm(screen).reason or "paid"
            for phone, screen in zip(phones, asked, strict=True)
        )
    )
    assert came_to == {"paid": 1, "order_paid": 4}
    assert balance_of(shop_account(Merchant.objects.get(pk=shop).pk)) == 30_00


def test_shares_at_once_never_exceed_the_bill(keeper: Phone) -> None:
    bill = keeper.asks(keeper.opens_shop(), "30")
    phones = [resident("Payer", fen=100_00) for _ in range(5)]
    asked = [phone.scan(bill.code) for phone in phones]
    came_to = at_once(
        *(
            lambda phone=phone, screen=screen: phone.confirm(screen, "10").reason or "paid"
            for phone, screen in zip(phones, asked, strict=True)
        )
    )
    assert came_to["paid"] == 3
    assert came_to["order_paid"] + came_to["share_over_rest"] == 2
    assert paid_fen(payments_of(Order.objects.get().pk)) == 30_00


def test_whole_and_share_at_once_never_exceed_the_bill(keeper: Phone) -> None:
    bill = keeper.asks(keeper.opens_shop(), "30")
    whole, part = resident("Whole", fen=100_00), resident("Part", fen=100_00)
    screens = whole.scan(bill.code), part.scan(bill.code)
    at_once(
        lambda: whole.confirm(screens[0]).reason or "paid",
        lambda: part.confirm(screens[1], "10").reason or "paid",
    )
    assert paid_fen(payments_of(Order.objects.get().pk)) in (30_00, 10_00)
    spent_fen = 200_00 - whole.balance_fen - part.balance_fen
    assert spent_fen == paid_fen(payments_of(Order.objects.get().pk))


@pytest.mark.parametrize("turn", range(4))
def test_a_shop_closes_an_order_while_it_is_paid(keeper: Phone, turn: int) -> None:
    ana, shop = resident("Ana", fen=100_00), keeper.opens_shop()
    bill = keeper.asks(shop, "30")
    order_id = Order.objects.get().pk
    asked = ana.scan(bill.code)
    at_once(
        lambda: ana.confirm(asked).reason or "paid",
        lambda: Phone(keeper.person).post("pay:close", shop, order_id).reason or "closed",
    )
    ended = Order.objects.get().closed_at_us is not None
    assert ana.balance_fen == (100_00 if ended else 70_00)


def test_a_double_click_at_the_same_moment_pays_once(keeper: Phone) -> None:
    ana, shop = resident("Ana", fen=100_00), keeper.opens_shop()
    asked = ana.scan(keeper.get("pay:till", shop).code)
    phones = [Phone(ana.person) for _ in range(4)]
    came_to = at_once(*(lambda phone=phone: phone.confirm(asked, "12").receipt for phone in phones))
    assert len(came_to) == 1
    assert ana.balance_fen == 88_00


def test_a_pay_code_presented_at_two_tills_at_once_is_taken_once(keeper: Phone) -> None:
    ana, shop = resident("Ana", fen=100_00), keeper.opens_shop()
    digits = ana.get("pay:code").digits

    def take() -> str:
        till = Phone(keeper.person)
        return till.post("pay:charge", shop, text=digits, amount_fen="5").reason or "paid"

    assert at_once(*[take] * 4) == {"paid": 1, "pay_code_used": 3}
    assert ana.balance_fen == 95_00
