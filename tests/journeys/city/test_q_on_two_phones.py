"""Q1 to Q6 on phones side by side: what one shows, the camera of the other reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city.phones import Phone, needs_chromium
from tests.journeys.city.scenes import Street, code_on, picture, street

pytestmark = needs_chromium
AT_ONCE_MS = 2_000


@pytest.fixture(scope="module")
def shared(home: Path) -> Iterator[Street]:
    with street(home) as made:
        yield made


@pytest.fixture
def town(shared: Street) -> Iterator[Street]:
    """The street; whatever was played there, no fen is made or lost."""
    yield shared
    assert shared.sum_of_all_fen() == 0


def fen(text: str) -> int:
    return round(float(text.replace(",", "")) * 100)


def open_shop_page(phone: Phone, shop: str) -> Page:
    phone.page.get_by_role("link", name="My shop").click()
    # By its city too: a mini-app's shop may begin with the same words.
    phone.page.get_by_role("link", name=f"{shop} Chengdu").click()
    expect(phone.page.get_by_role("heading", name=shop)).to_be_visible()
    return phone.page


def new_order(till: Page, amount: str, what_for: str, seat: str = "") -> Page:
    till.get_by_role("link", name="New order").click()
    till.get_by_label("Amount").fill(amount)
    till.get_by_label("What for").fill(what_for)
    till.get_by_label("Seat, for a ticket").fill(seat)
    till.get_by_role("button", name="Make the code").click()
    expect(till.get_by_text("Waiting for payment")).to_be_visible()
    return till


def confirm(page: Page, button: str | re.Pattern[str]) -> Page:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=re.compile("^Paid"))).to_be_visible()
    return page


def test_q1_ana_tops_up_and_pays_a_stall_and_both_phones_show_it(town: Street) -> None:
    ana, mei = town.phone("Ana"), town.phone("Mei")
    before = fen(ana.balance)
    till = open_shop_page(mei, "Mei's tea stall")
    taken = fen(till.locator("[data-balance]").inner_text())

    ana.page.get_by_role("link", name="Top up").click()
    ana.page.get_by_label("Amount").fill("500")
    ana.show("q1-top-up")
    ana.page.get_by_role("button", name="Top up").click()
    expect(ana.page.get_by_text("Topped up: 500.00.")).to_be_visible()
    assert fen(ana.balance) == before + 500_00

    page = town.scan(ana, code_on(mei))
    expect(page.get_by_role("heading", name="Mei's tea stall")).to_be_visible()
    page.get_by_label("Amount").fill("12")
    ana.show("q1-confirm")
    confirm(page, "Pay")
    newest = till.locator("#taken li").first
    expect(newest).to_contain_text("Ana", timeout=AT_ONCE_MS)
    expect(newest).to_contain_text("+12.00")
    expect(till.locator("[data-balance]")).to_have_text(f"{(taken + 12_00) / 100:,.2f}")
    ana.show("q1-receipt")
    mei.show("q1-till")
    page.get_by_role("link", name="Done").click()
    assert fen(ana.balance) == before + 488_00


def test_q2_the_gate_lets_a_ticket_through_once(town: Street) -> None:
    ana, kiosk, gate = town.phone("Ana"), town.phone("Li"), town.phone("Li")
    order = new_order(open_shop_page(kiosk, "River railway"), "45", "G8 to Wuhan", "Car 3, 12F")
    kiosk.show("q2-kiosk")
    page = town.scan(ana, code_on(kiosk))
    expect(page.get_by_text("G8 to Wuhan")).to_be_visible()
    confirm(page, "Pay 45.00")
    expect(order.get_by_text("Paid", exact=True)).to_be_visible(timeout=AT_ONCE_MS)
    kiosk.show("q2-kiosk-paid")
    page.get_by_role("link", name="Your ticket").click()
    expect(page.get_by_role("heading", name="Car 3, 12F")).to_be_visible()
    ana.show("q2-ticket")

    ticket = picture(code_on(ana))
    open_shop_page(gate, "River railway")
    town.scan(gate, ticket)
    expect(gate.page.get_by_role("heading", name="Let through")).to_be_visible()
    gate.show("q2-gate-open")
    town.scan(gate, ticket, button="Scan a ticket")
    expect(gate.page.get_by_role("alert")).to_contain_text("used", ignore_case=True)
    gate.show("q2-gate-used")
    gate.troubles.clear()  # the refusal's own status is an error to the browser
    page.reload()
    expect(page.get_by_text("Used")).to_be_visible()
    ana.show("q2-ticket-used")


def test_q3_a_tip_reaches_the_waiter_and_not_the_till(town: Street) -> None:
    ana, bo, chen = town.phone("Ana"), town.phone("Bo"), town.phone("Chen")
    restaurant = open_shop_page(chen, "Noodle house")
    taken = restaurant.locator("[data-balance]").inner_text()
    bo.page.get_by_role("link", name="Collect").click()
    bo.page.get_by_role("link", name="Tip").click()
    expect(bo.page.locator(".rows li")).to_have_count(1)
    page = town.scan(ana, code_on(bo))
    expect(page.get_by_text("Tip", exact=True)).to_be_visible()
    page.get_by_label("Amount").fill("20")
    ana.show("q3-confirm")
    confirm(page, "Pay")
    line = bo.page.locator(".rows li").first
    expect(line).to_contain_text("Ana", timeout=AT_ONCE_MS)
    expect(line).to_contain_text("Tip")
    expect(line).to_contain_text("+20.00")
    bo.show("q3-waiter")
    restaurant.reload()
    assert restaurant.locator("[data-balance]").inner_text() == taken


def test_q4_two_share_a_bill_and_a_rescan_says_paid(town: Street) -> None:
    ana, bo, chen = town.phone("Ana"), town.phone("Bo"), town.phone("Chen")
    bill = new_order(open_shop_page(chen, "Noodle house"), "188", "Table 7")
    paper = picture(code_on(chen))
    share(town.scan(ana, paper), "94", ana)
    expect(bill.get_by_text("94.00 left to pay")).to_be_visible(timeout=AT_ONCE_MS)
    chen.show("q4-half-paid")
    confirm(town.scan(bo, paper), "Pay 94.00")
    expect(bill.get_by_text("Paid", exact=True)).to_be_visible(timeout=AT_ONCE_MS)
    chen.show("q4-paid")
    ana.page.get_by_role("link", name="Done").click()
    town.scan(ana, paper)
    expect(ana.page.get_by_role("heading", name="This order is already paid.")).to_be_visible()
    ana.show("q4-already-paid")
    ana.troubles.clear()  # the refusal's own status is an error to the browser


def share(page: Page, amount: str, phone: Phone) -> None:
    page.get_by_text("Share the bill").click()
    page.get_by_label("Amount").fill(amount)
    phone.show("q4-share")
    confirm(page, "Pay my share")


def test_q5_a_printed_code_pays_somebody_without_a_phone(town: Street) -> None:
    ana = town.phone("Ana")
    account_id, paper = wus_sheet(town)
    page = town.scan(ana, paper)
    expect(page.get_by_role("heading", name="Wu")).to_be_visible()
    page.get_by_label("Amount").fill("5")
    confirm(page, "Pay")
    ana.show("q5-receipt")
    assert town.balance_fen(account_id) == 5_00


def wus_sheet(town: Street) -> tuple[str, object]:
    """Wu's account, and a photo of his sheet as somebody printed it for him."""
    import sqlite3
    import tempfile

    from zhima.city.qr.model import PersonCode
    from zhima.city.qr.reading import code_text
    from zhima.city.qr.sheet import sheet_svg

    with sqlite3.connect(town.home / "city.sqlite3") as tables:
        ((wu,),) = tables.execute("SELECT id FROM people_person WHERE username = 'wu'")
    text = code_text(PersonCode("org.openzhima", wu, "gift"))
    with tempfile.NamedTemporaryFile("w", suffix=".svg") as file:
        file.write(sheet_svg(text, title="Wu", line="Scan to pay"))
        file.flush()
        printer = town.browser.new_page(viewport={"width": 800, "height": 1130})
        printer.goto(f"file{'://'}{file.name}")
        photo = picture(printer.locator("svg").first)
        printer.close()
    return f"person:{wu}", photo


def test_q6_a_new_stall_takes_its_first_payment_within_a_minute(town: Street) -> None:
    ana, stall = town.phone("Ana"), town.phone()
    started = monotonic()
    page = stall.page
    page.goto("/")
    page.get_by_role("link", name="Open an account").click()
    page.get_by_label("Name that others see").fill("Lin")
    page.get_by_label("Log-in name").fill("tea-lin")
    page.get_by_label("Password", exact=True).fill("seven cups at dawn")
    page.get_by_label("Password (again)").fill("seven cups at dawn")
    page.get_by_role("button", name="Open the account").click()
    page.get_by_role("link", name="My shop").click()
    page.get_by_label("Name of the shop").fill("Lin's tea stall")
    page.get_by_label("City").fill("Chengdu")
    stall.show("q6-sign-up")
    page.get_by_role("button", name="Open and take payments").click()
    expect(page.get_by_text("Nothing came in yet")).to_be_visible()
    stall.show("q6-empty-till")
    paying = town.scan(ana, code_on(stall))
    paying.get_by_label("Amount").fill("3.50")
    confirm(paying, "Pay")
    expect(page.locator("#taken li").first).to_contain_text("+3.50", timeout=AT_ONCE_MS)
    assert monotonic() - started < 60


def test_q6_the_shop_scans_the_payers_own_code(town: Street) -> None:
    ana, mei = town.phone("Ana"), town.phone("Mei")
    ana.page.get_by_role("link", name="Pay", exact=True).click()
    expect(ana.page.locator("[data-digits]")).to_be_visible()
    ana.show("q6-pay-code")
    till = open_shop_page(mei, "Mei's tea stall")
    town.scan(mei, code_on(ana))
    expect(till.get_by_text("The customer's code is read.")).to_be_visible()
    till.get_by_label("Amount").fill("9.50")
    mei.show("q6-charge")
    confirm(till, "Take the payment")
    expect(ana.page.locator(".rows li").first).to_contain_text("−9.50", timeout=AT_ONCE_MS)
    ana.show("q6-pay-code-taken")
