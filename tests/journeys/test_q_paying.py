"""The QR country, scenes Q1 to Q6, played through HTTP on phones and tills."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.city_phones import Phone, balance_of, resident, sum_of_all
from zhima.city.pay.models import Merchant, Order
from zhima.city.pay.shops import shop_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("each_ledger")]


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=500_00)


@pytest.fixture
def stall() -> Phone:
    return resident("Stallholder")


def till_balance(keeper: Phone, shop: str) -> str:
    taken = keeper.get("pay:taken", shop)
    return re.search(r'data-balance="(\d+)"', taken.text)[1]  # type: ignore[index]


def test_q1_ana_tops_up_scans_a_stall_and_pays() -> None:
    ana, keeper = resident("Ana"), resident("Keeper")
    top_up = ana.get("pay:top_up")
    home = ana.post(
        "pay:top_up", key=top_up.field("key"), amount_fen="500", bank_account="62220001"
    )
    assert (home.status, ana.balance_fen) == (200, 500_00)
    shop = keeper.opens_shop()
    before = sum_of_all()
    receipt = ana.pay(keeper.get("pay:till", shop).code, "12.00")
    assert "Paid to Tea stall" in receipt.text
    assert ana.balance_fen == 488_00
    assert "488.00" in ana.get("pay:latest").text
    assert till_balance(keeper, shop) == "1200"
    assert "Ana" in keeper.get("pay:taken", shop).text
    assert sum_of_all() == before == 0


def test_q2_a_train_ticket_passes_the_gate_once(ana: Phone) -> None:
    railway = resident("Railway")
    shop = railway.opens_shop("Railway")
    kiosk = railway.asks(shop, "42.00", "Train D2207", seat="Coach 3, seat 12F")
    receipt = ana.pay(kiosk.code)
    ticket = re.search("/pay/tickets/([0-9a-f]{20})/", receipt.text)[1]  # type: ignore[index]
    shown = ana.get("pay:ticket", ticket)
    assert "Coach 3, seat 12F" in shown.text
    first = railway.post("pay:gate", shop, text=shown.code)
    assert f'data-admitted="{ticket}"' in first.text
    second = railway.post("pay:gate", shop, text=shown.code)
    assert (second.status, second.reason) == (422, "ticket_used")
    assert "Used" in ana.get("pay:ticket", ticket).text


def test_q2_a_forged_or_foreign_or_refunded_ticket_is_refused(ana: Phone) -> None:
    railway, theatre = resident("Railway"), resident("Theatre")
    shop, stage = railway.opens_shop("Railway"), theatre.opens_shop("Theatre")
    kiosk = railway.asks(shop, "42.00", "Train", seat="12F")
    receipt = ana.pay(kiosk.code)
    text = ana.get("pay:ticket", re.search("tickets/([0-9a-f]+)/", receipt.text)[1]).code  # type: ignore[index]
    from zhima.city.qr.model import TicketCode
    from zhima.city.qr.reading import code_text, read_code

    genuine = read_code(text)
    assert isinstance(genuine, TicketCode)
    forged = code_text(TicketCode(genuine.operator, genuine.ticket_id, "A" * 16))
    assert railway.post("pay:gate", shop, text=forged).reason == "ticket_forged"
    assert railway.post("pay:gate", shop, text=text[:-1] + "!").reason == "crc_missing"
    assert theatre.post("pay:gate", stage, text=text).reason == "ticket_of_another"
    assert railway.post("pay:gate", shop, text=kiosk.code).reason == "ticket_unknown"
    railway.post("pay:cancel", shop, kiosk.url.rstrip("/").rpartition("/")[2])
    assert ana.balance_fen == 500_00
    assert railway.post("pay:gate", shop, text=text).reason == "ticket_void"


def test_q3_the_tip_goes_to_bo_and_the_till_gets_nothing(ana: Phone) -> None:
    owner, bo = resident("Owner"), resident("Bo")
    shop = owner.opens_shop("Restaurant")
    shirt = bo.client.get("/pay/collect/?for=tip")
    code = re.search(r"data-code>([^<]+)<", shirt.content.decode())[1]  # type: ignore[index]
    receipt = ana.pay(code, "20")
    assert "Paid to Bo" in receipt.text
    shown = bo.get("pay:latest").text
    assert "Ana" in shown
    assert "tip" in shown.lower()
    assert "20.00" in shown
    assert (bo.balance_fen, till_balance(owner, shop)) == (20_00, "0")


def test_q4_two_share_a_bill_and_a_rescan_says_already_paid(ana: Phone) -> None:
    chen, owner = resident("Chen", fen=100_00), resident("Owner")
    shop = owner.opens_shop("Noodle house", asks_tip="on")
    bill = owner.asks(shop, "188.00", "Table 7")
    assert ana.pay(bill.code, "94", tip="5").receipt
    order_id = bill.url.rstrip("/").rpartition("/")[2]
    assert 'data-state="part_paid"' in owner.get("pay:order", shop, order_id).text
    assert "94.00" in chen.scan(bill.code).text
    assert chen.pay(bill.code).receipt
    assert 'data-state="paid"' in owner.get("pay:order", shop, order_id).text
    assert ana.scan(bill.code).reason == "order_paid"
    assert (ana.balance_fen, chen.balance_fen) == (401_00, 6_00)
    assert balance_of(shop_account(Merchant.objects.get(pk=shop).pk)) == 193_00


def test_q5_old_wu_is_paid_from_a_printed_sheet(ana: Phone) -> None:
    from tests.unit.city.qr.test_pictures import drawn_from, read_back

    wu = resident("Old Wu")
    svg = wu.client.get("/pay/collect/sheet.svg?for=gift").content.decode()
    (code,) = read_back(drawn_from(svg))
    assert wu.client.get("/pay/collect/sheet.pdf").content.startswith(b"%PDF-")
    assert "Paid to Old Wu" in ana.pay(code, "5.00").text
    assert wu.balance_fen == 5_00


def test_q6_a_new_stall_signs_up_and_takes_its_first_payment(ana: Phone) -> None:
    newcomer = resident("Newcomer")
    shop = newcomer.opens_shop("Sesame cakes")
    assert ana.pay(newcomer.get("pay:till", shop).code, "3.50").receipt
    assert till_balance(newcomer, shop) == "350"


def test_q6_the_merchant_scans_the_payers_one_time_code(ana: Phone, stall: Phone) -> None:
    shop = stall.opens_shop()
    digits = ana.get("pay:code").digits
    paid = stall.post("pay:charge", shop, text=digits, amount_fen="18.80")
    assert "Paid by Ana" in paid.text
    again = stall.post("pay:charge", shop, text=digits, amount_fen="18.80")
    assert (again.status, again.reason) == (422, "pay_code_used")
    assert ana.balance_fen == 481_20


def test_q6_a_pay_code_is_spent_even_when_the_payment_fails(stall: Phone) -> None:
    poor, shop = resident("Poor", fen=1_00), stall.opens_shop()
    digits = poor.get("pay:code").digits
    assert stall.post("pay:charge", shop, text=digits, amount_fen="2").reason == "not_enough"
    assert stall.post("pay:charge", shop, text=digits, amount_fen="1").reason == "pay_code_used"


def test_a_donation_is_counted_and_has_a_receipt(ana: Phone) -> None:
    founder = resident("Founder")
    founder.post("pay:shops", name="River care", city="Chengdu", kind="charity")
    listed = ana.get("pay:charities")
    link = re.search(r"/pay/confirm/\?text=([^\"]+)", listed.text)[1]  # type: ignore[index]
    from urllib.parse import unquote

    assert ana.pay(unquote(link), "10").receipt
    assert "10.00 given so far" in ana.get("pay:charities").text


def test_a_double_click_pays_once(ana: Phone, stall: Phone) -> None:
    shop = stall.opens_shop()
    asked = ana.scan(stall.get("pay:till", shop).code)
    first, second = ana.confirm(asked, "12"), ana.confirm(asked, "12")
    assert first.receipt == second.receipt != ""
    assert ana.balance_fen == 488_00
    other = ana.confirm(asked, "99")
    assert (other.status, other.reason) == (422, "id_reused_with_other_amount")


def test_a_double_click_on_a_share_pays_one_share(ana: Phone, stall: Phone) -> None:
    bill = stall.asks(stall.opens_shop(), "30")
    asked = ana.scan(bill.code)
    first, second = ana.confirm(asked, "10"), ana.confirm(asked, "10")
    assert first.receipt == second.receipt
    assert ana.confirm(asked, "11").reason == "id_reused_with_other_amount"
    assert ana.pay(bill.code, "10").receipt not in ("", first.receipt), "a second share on purpose"
    assert ana.balance_fen == 480_00


def test_a_tampered_code_is_refused(ana: Phone, stall: Phone) -> None:
    from dataclasses import replace

    from zhima.city.qr.model import MerchantCode
    from zhima.city.qr.reading import code_text, read_code

    bill = stall.asks(stall.opens_shop(), "30")
    assert ana.scan(bill.code.replace("30.00", "20.00")).reason == "crc_wrong"
    code = read_code(bill.code)
    assert isinstance(code, MerchantCode)
    assert ana.scan(code_text(replace(code, amount_fen=20_00))).reason == "code_tampered"
    assert ana.scan(code_text(replace(code, order_id="nothing"))).reason == "order_unknown"
    stranger = replace(code.accounts[0], payee_id="0" * 32)
    shop_code = replace(code, order_id="", accounts=(stranger,))
    assert ana.scan(code_text(shop_code)).reason == "payee_unknown"
    abroad = replace(code.accounts[0], operator="org.elsewhere")
    assert ana.scan(code_text(replace(code, accounts=(abroad,)))).reason == "operator_unknown"


def test_an_expired_or_closed_order_is_refused(ana: Phone, stall: Phone) -> None:
    shop = stall.opens_shop()
    closed, expired = stall.asks(shop, "30"), stall.asks(shop, "31")
    stall.post("pay:close", shop, closed.url.rstrip("/").rpartition("/")[2])
    assert ana.pay(closed.code).reason == "order_closed"
    Order.objects.filter(amount_fen=31_00).update(expires_at_us=1)
    assert ana.pay(expired.code).reason == "order_expired"
    assert ana.balance_fen == 500_00


def test_nobody_pays_himself(ana: Phone) -> None:
    assert ana.pay(ana.get("pay:collect").code, "1").reason == "same_account"


def test_a_frozen_purse_neither_pays_nor_is_paid(ana: Phone, stall: Phone) -> None:
    from zhima.city.ledger.accounts import freeze_account
    from zhima.city.wallet import books

    bo = resident("Bo", fen=10_00)
    freeze_account(books.store(), account_id=books.purse(bo.person), now_us=books.now_us())
    assert ana.pay(bo.get("pay:collect").code, "1").reason == "account_frozen"
    assert bo.pay(ana.get("pay:collect").code, "1").reason == "account_frozen"


@pytest.mark.parametrize("amount", ["12.345", "0", "-5", "99999999999999", "1e3", "twelve", ""])
def test_an_amount_that_is_no_money_moves_nothing(ana: Phone, stall: Phone, amount: str) -> None:
    shown = ana.pay(stall.get("pay:till", stall.opens_shop()).code, amount)
    assert shown.status == 422
    assert shown.reason
    assert ana.balance_fen == 500_00


def test_a_share_above_what_is_left_is_refused(ana: Phone, stall: Phone) -> None:
    bill = stall.asks(stall.opens_shop(), "30")
    assert ana.pay(bill.code, "30.01").reason == "share_over_rest"
    assert ana.pay(bill.code, "29.99").receipt
    assert ana.pay(bill.code, "0.02").reason == "share_over_rest"
    assert ana.pay(bill.code, "0.01").receipt


def test_refunds_are_partial_and_never_exceed_the_payment(ana: Phone, stall: Phone) -> None:
    shop = stall.opens_shop()
    paid = ana.pay(stall.get("pay:till", shop).code, "30").receipt

    def refund(amount: str) -> str:
        form = stall.get("pay:refund", shop, paid)
        return stall.post(
            "pay:refund", shop, paid, key=form.field("key"), payment_id=paid, amount_fen=amount
        ).reason

    assert [refund("10"), refund("20.01"), refund("20"), refund("0.01")] == [
        "",
        "refund_over_paid",
        "",
        "refund_over_paid",
    ]
    assert ana.balance_fen == 500_00
    assert "30.00" in ana.get("pay:receipt", paid).text


def test_what_a_bank_refuses_or_leaves_open(ana: Phone) -> None:
    def ask(page: str, account: str, amount: str = "10") -> str:
        form = ana.get(page)
        return ana.post(page, key=form.field("key"), amount_fen=amount, bank_account=account).reason

    assert ask("pay:top_up", "62220000") == "bank_refused"
    assert ask("pay:top_up", "62229999") == "bank_silent"
    assert ask("pay:cash_out", "62220000") == "bank_refused"
    assert ask("pay:cash_out", "62220001", "500.01") == "not_enough"
    assert ana.balance_fen == 500_00
    assert ask("pay:cash_out", "62220001", "20") == ""
    assert ana.balance_fen == 480_00


def test_a_typed_text_that_is_no_code_says_so(ana: Phone) -> None:
    assert ana.scan("https://example.org").reason == "not_a_code"
    assert ana.scan("2512").reason == "pay_code_length_wrong"
    assert ana.scan(ana.get("pay:code").digits).reason == "not_for_paying"
    assert ana.client.get(f"/pay/confirm/?text={quote('x' * 600)}").status_code == 422


def test_tickets_issue_to_the_first_payer_only_when_the_order_is_whole(ana: Phone) -> None:
    railway, chen = resident("Railway"), resident("Chen", fen=100_00)
    kiosk = railway.asks(railway.opens_shop("Railway"), "40", "Two seats", seat="1A 1B")
    assert "tickets/" not in ana.pay(kiosk.code, "20").text
    chen.pay(kiosk.code)
    assert "1A 1B" in ana.get("pay:tickets").text
    assert "1A 1B" not in chen.get("pay:tickets").text


def test_an_order_ends_with_its_day(ana: Phone, stall: Phone) -> None:
    from zhima.city.pay.bank import SimulatedBank
    from zhima.city.pay.reconcile import reconcile

    shop = stall.opens_shop()
    bill = stall.asks(shop, "30")
    ana.pay(bill.code, "10")
    Order.objects.update(expires_at_us=int((timezone.now()).timestamp() * 1e6) - 1)
    today = timezone.localdate()
    found = [finding.reason for finding in reconcile(bank=SimulatedBank(), day=today)]
    assert found == ["part_payment_given_back"]
    assert ana.balance_fen == 500_00
    assert reconcile(bank=SimulatedBank(), day=today) == []
    assert reconcile(bank=SimulatedBank(), day=today - timedelta(days=1)) == []
    assert str(today) in stall.get("pay:settlements", shop).text
    table = stall.client.get(f"/pay/shops/{shop}/settlements.csv").content.decode()
    assert f"{today},1,1000,0,1,1000,0" in table
