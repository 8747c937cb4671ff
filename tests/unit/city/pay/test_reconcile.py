"""The end of a day finds what the day left open, mends it once, and says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.city_phones import Phone, balance_of, resident
from zhima.city.ledger.accounts import freeze_account, unfreeze_account
from zhima.city.pay.bank import SimulatedBank
from zhima.city.pay.bank_moves import cash_out, top_up
from zhima.city.pay.models import BankMove, Merchant, Order, Settlement, SimulatedBankLine
from zhima.city.pay.outcomes import Refusal, Refused
from zhima.city.pay.reconcile import reconcile
from zhima.city.pay.shops import shop_account
from zhima.city.wallet import books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("each_ledger")]
SILENT = "62229999"


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=100_00)


def reasons() -> list[str]:
    found = reconcile(bank=SimulatedBank(), day=timezone.localdate())
    return [finding.reason for finding in found]


def move(act: object, ana: Phone, account: str = SILENT) -> object:
    return act(  # type: ignore[operator]
        bank=SimulatedBank(),
        account_id=books.purse(ana.person),
        bank_account=account,
        amount_fen=20_00,
        key="a-wish-1",
    )


def test_what_a_silent_bank_booked_is_finished(ana: Phone) -> None:
    assert move(top_up, ana) == Refused(Refusal.BANK_SILENT)
    assert ana.balance_fen == 100_00
    assert reasons() == ["bank_line_finished"]
    assert ana.balance_fen == 120_00
    assert reasons() == []


def test_a_cash_out_that_a_silent_bank_paid_leaves_the_purse(ana: Phone) -> None:
    assert move(cash_out, ana) == Refused(Refusal.BANK_SILENT)
    assert reasons() == ["bank_line_finished"]
    assert (ana.balance_fen, reasons()) == (80_00, [])


def test_asking_again_after_silence_moves_the_money_once(ana: Phone) -> None:
    move(cash_out, ana)
    move(cash_out, ana)
    assert (ana.balance_fen, reasons()) == (80_00, [])
    assert SimulatedBankLine.objects.count() == 1


def test_a_move_the_bank_never_heard_of_is_given_up(ana: Phone) -> None:
    move(cash_out, ana)
    SimulatedBankLine.objects.all().delete()
    assert reasons() == ["bank_move_given_up"]
    assert (ana.balance_fen, reasons()) == (100_00, [])


def test_money_for_a_frozen_purse_waits_for_somebody_to_look(ana: Phone) -> None:
    purse = books.purse(ana.person)
    move(top_up, ana)
    freeze_account(books.store(), account_id=purse, now_us=books.now_us())
    assert reasons() == ["bank_line_stuck"]
    unfreeze_account(books.store(), account_id=purse, now_us=books.now_us())
    assert reasons() == ["bank_line_finished"]
    assert ana.balance_fen == 120_00


def test_lines_that_one_side_alone_knows_are_told(ana: Phone) -> None:
    SimulatedBankLine.objects.create(reference="?", bank_account="1", change_fen=-5)
    move(top_up, ana, "62220001")
    SimulatedBankLine.objects.filter(pk=BankMove.objects.get().pk).delete()
    assert reasons() == ["bank_line_unknown", "bank_line_missing"]


def test_a_payment_after_the_end_of_its_order_goes_back(ana: Phone) -> None:
    keeper = resident("Keeper")
    bill = keeper.asks(keeper.opens_shop(), "30")
    ana.pay(bill.code)
    Order.objects.update(closed_at_us=books.now_us(), closed_as="closed")
    assert reasons() == ["payment_after_end_given_back"]
    assert (ana.balance_fen, reasons()) == (100_00, [])


def test_what_cannot_go_back_is_told_every_day(ana: Phone) -> None:
    keeper = resident("Keeper")
    shop = keeper.opens_shop()
    ana.pay(keeper.asks(shop, "30").code)
    account = shop_account(Merchant.objects.get(pk=shop).pk)
    freeze_account(books.store(), account_id=account, now_us=books.now_us())
    Order.objects.update(closed_at_us=books.now_us(), closed_as="closed")
    assert reasons() == reasons() == ["payment_after_end_stuck"]
    assert balance_of(account) == 30_00


def test_a_day_is_settled_from_the_ledger(ana: Phone) -> None:
    keeper = resident("Keeper")
    shop = keeper.opens_shop(asks_tip="on")
    code = keeper.get("pay:till", shop).code
    paid = ana.pay(code, "30", tip="3").receipt
    ana.pay(code, "10")
    form = keeper.get("pay:refund", shop, paid)
    keeper.post("pay:refund", shop, paid, key=form.field("key"), payment_id=paid, amount_fen="4")
    assert reasons() == reasons() == []
    settled = Settlement.objects.get()
    sums = (settled.payments, settled.gross_fen, settled.tips_fen)
    assert (*sums, settled.refunds, settled.refunded_fen) == (2, 40_00, 3_00, 1, 4_00)
    assert settled.net_fen == balance_of(shop_account(Merchant.objects.get().pk)) == 39_00


def test_the_command_says_by_its_exit_that_there_are_findings(ana: Phone) -> None:
    move(top_up, ana)
    today = str(timezone.localdate())
    with pytest.raises(SystemExit) as left:
        call_command("reconcile", day=timezone.localdate())
    assert left.value.code == 3
    call_command("reconcile", f"--day={today}")
    call_command("reconcile", day=timezone.localdate() - timedelta(days=3))
