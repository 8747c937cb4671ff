"""A city whose time was stepped: what people say, send and buy happens then, not by the machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.city_books import befriend
from tests.city_phones import Phone, resident
from zhima.city import clock
from zhima.city.chat.models import Message, RedPacket
from zhima.city.chat.red_packets import settle_all_due
from zhima.city.chat.talk import conversation_with
from zhima.city.pay.bank import SimulatedBank
from zhima.city.pay.models import BankMove, Merchant, SimulatedBankLine, Ticket
from zhima.city.pay.reconcile import reconcile
from zhima.city.pay.tickets import admit, ticket_code
from zhima.city.people.backend import PersonBackend
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")
MONTH, DAY = timedelta(days=30), timedelta(days=1)


@pytest.fixture
def ana() -> Phone:
    """Her phone, a month ahead."""
    clock.step(MONTH)
    return resident("Ana", fen=500_00)


@pytest.fixture
def bo(ana: Phone) -> Phone:
    bo = resident("Bo")
    befriend(ana.person, bo.person)
    return bo


def is_now(at: datetime) -> bool:
    return abs(clock.now() - at) < timedelta(minutes=5)


def test_what_is_said_is_said_now_and_is_yesterdays_tomorrow(ana: Phone, bo: Phone) -> None:
    chat = conversation_with(person=ana.person, other=bo.person)
    ana.post("chat:write", chat.pk, key=str(uuid4()), text="Noodles?")
    said = Message.objects.get()
    assert is_now(said.sent_at)
    assert f"{timezone.localtime(said.sent_at):%H:%M}" in bo.get("chat:conversation", chat.pk).text
    clock.step(DAY)
    assert "Yesterday" in bo.get("chat:chats").text


def test_a_packet_that_nobody_opened_comes_back_after_a_day_of_the_city(ana, bo) -> None:
    chat = conversation_with(person=ana.person, other=bo.person)
    terms = {"split": "fixed", "amount_fen": "6.00", "count": "2", "wish": "Luck"}
    ana.post("chat:new_packet", chat.pk, key=str(uuid4()), **terms)
    packet, before = RedPacket.objects.get(), ana.balance_fen
    settle_all_due()
    packet.refresh_from_db()
    assert packet.ended_at is None
    clock.step(DAY + timedelta(minutes=1))
    settle_all_due()
    packet.refresh_from_db()
    assert is_now(packet.ended_at)
    assert ana.balance_fen == before + packet.total_fen


def test_a_ticket_is_issued_and_let_through_now(ana: Phone, bo: Phone) -> None:
    shop = bo.opens_shop("River railway")
    ana.pay(bo.asks(shop, "94.00", "Train D2207", seat="07A").code)
    ticket, merchant = Ticket.objects.get(), Merchant.objects.get(pk=shop)
    assert is_now(ticket.issued_at)
    assert is_now(merchant.opened_at)
    clock.step(DAY)
    admit(merchant=merchant, text=ticket_code(ticket))
    ticket.refresh_from_db()
    assert is_now(ticket.admitted_at)


def test_bank_and_ledger_write_a_move_on_the_same_day(ana: Phone) -> None:
    key = ana.get("pay:top_up").field("key")
    ana.post("pay:top_up", key=key, amount_fen="50.00", bank_account="6212345678901234")
    assert is_now(BankMove.objects.get().asked_at)
    assert is_now(SimulatedBankLine.objects.get().at)
    today = timezone.localdate(clock.now())
    assert reconcile(bank=SimulatedBank(), day=today) == []


def test_pages_tell_the_browser_how_far_ahead_the_city_is() -> None:
    phone = Client()
    assert b"data-ahead-s" not in phone.get("/badge/check/").content
    clock.step(MONTH)
    assert b'data-ahead-s="2592000"' in phone.get("/badge/check/").content


def test_a_step_ends_no_session_and_kills_no_pay_code(ana: Phone, bo: Phone) -> None:
    shop = bo.opens_shop()
    digits = ana.get("pay:code").digits.replace(" ", "")
    clock.step(MONTH)
    assert ana.get("phone:profile").status == 200
    charged = bo.post("pay:charge", shop, text=digits, amount_fen="5.00")
    assert charged.receipt, charged.text


def test_whoever_is_logged_in_has_the_moments_of_the_table(ana: Phone) -> None:
    """Read by plain SQL, which knows no zones on SQLite: saved again they would move by hours."""
    found = PersonBackend().get_user(ana.person.pk)
    assert found.joined_at == Person.objects.get(pk=ana.person.pk).joined_at
