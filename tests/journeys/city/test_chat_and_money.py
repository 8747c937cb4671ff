"""Q8: contacts chat, send money and red packets inside the conversation; two phones side by side."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.city.phones import needs_chromium

pytestmark = needs_chromium


def test_consent_makes_contacts_and_both_phones_show_it(phone_of) -> None:
    ana, mei = phone_of("Ana"), phone_of("Mei")
    mei.page.goto("/people/")
    expect(mei.page.get_by_text("Asked, no answer yet")).to_be_visible()
    ana.page.get_by_role("link", name="Contacts").click()
    ana.show("contacts-asked")
    ana.page.get_by_role("button", name="Agree to Mei").click()
    expect(ana.page.get_by_text("You and Mei are contacts now.")).to_be_visible()
    expect(mei.page.get_by_text("Asked, no answer yet")).to_have_count(0)
    expect(mei.page.get_by_role("link", name="Ana")).to_be_visible()


def test_a_message_and_a_transfer_arrive_while_the_other_one_looks(phone_of) -> None:
    ana, bo = phone_of("Ana"), phone_of("Bo")
    for phone, other in ((ana, "Bo"), (bo, "Ana")):
        phone.page.get_by_role("link", name="Contacts").click()
        phone.page.get_by_role("link", name=other).click()
        phone.page.get_by_role("link", name="Chat", exact=True).click()
    ana.page.get_by_label("Message", exact=True).fill("Same place as ever?")
    ana.page.keyboard.press("Enter")
    expect(bo.page.get_by_text("Same place as ever?")).to_be_visible()
    expect(ana.page.get_by_text("Same place as ever?")).to_be_visible()
    ana.page.get_by_role("link", name="Transfer").click()
    ana.page.get_by_label("Amount").fill("12.50")
    ana.page.get_by_label("For what (optional)").fill("Two coffees")
    ana.show("transfer")
    ana.page.get_by_role("button", name="Send").click()
    expect(bo.page.get_by_text("Two coffees")).to_be_visible()
    expect(bo.page.get_by_text("12.50")).to_be_visible()
    bo.show("chat-transfer")


def test_money_shows_at_once_on_both_home_pages(phone_of) -> None:
    ana, bo, payer = phone_of("Ana"), phone_of("Bo"), phone_of("Ana")
    before = {phone: float(phone.balance.replace(",", "")) for phone in (ana, bo)}
    _chat(payer, "Bo")
    payer.page.get_by_role("link", name="Transfer").click()
    payer.page.get_by_label("Amount").fill("0.50")
    payer.page.get_by_role("button", name="Send").click()
    expect(ana.page.locator("[data-balance]")).to_have_text(f"{before[ana] - 0.5:,.2f}")
    expect(bo.page.locator("[data-balance]")).to_have_text(f"{before[bo] + 0.5:,.2f}")
    bo.show("home")


def test_more_than_there_is_moves_nothing_and_says_what_to_do(phone_of) -> None:
    mei = phone_of("Mei")
    before = mei.balance
    _chat(mei, "Li")
    mei.page.get_by_role("link", name="Transfer").click()
    mei.page.get_by_label("Amount").fill("100000")
    mei.page.get_by_role("button", name="Send").click()
    expect(mei.page.get_by_role("alert")).to_contain_text("not enough money")
    mei.troubles.clear()  # the refusal's own status is an error to the browser
    mei.show("transfer-refused")
    mei.page.goto("/")
    assert mei.balance == before


def test_a_red_packet_in_the_group_is_opened_while_the_others_look(phone_of) -> None:
    ana, bo = phone_of("Ana"), phone_of("Bo")
    for phone in (ana, bo):
        phone.page.goto("/chat/")
        phone.page.get_by_role("link", name="Tennis on Saturday").click()
    ana.page.get_by_role("link", name="Red packet", exact=True).click()
    ana.page.get_by_label("Amount").fill("8.88")
    ana.page.get_by_label("How many may open it").fill("2")
    ana.page.get_by_label("Wish (optional)").fill("For the winner")
    ana.show("packet-form")
    ana.page.get_by_role("button", name="Send the packet").click()
    bo.page.get_by_role("link", name="For the winner").click()
    ana.page.get_by_role("link", name="For the winner").click()
    bo.show("packet-closed")
    bo.page.get_by_role("button", name="Open").click()
    expect(bo.page.get_by_text("It is in your wallet.")).to_be_visible()
    bo.show("packet-opened")
    expect(ana.page.get_by_text("1 of 2 taken")).to_be_visible()
    expect(ana.page.get_by_role("listitem").filter(has_text="Bo")).to_be_visible()


def _chat(phone, other: str) -> None:
    phone.page.goto("/people/")
    phone.page.get_by_role("link", name=other).click()
    phone.page.get_by_role("link", name="Chat", exact=True).click()
