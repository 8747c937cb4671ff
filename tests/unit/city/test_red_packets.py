"""Red packets: who gets what, once, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.city_books import balance_fen, befriend, resident
from zhima.city.chat.models import Conversation, Message, RedPacket, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import (
    OPEN_FOR,
    Opening,
    open_packet,
    send_packet,
    settle,
    settle_due,
)
from zhima.city.chat.talk import conversation_with, group_of
from zhima.city.ledger.accounts import freeze_account, unfreeze_account
from zhima.city.ledger.model import Outcome
from zhima.city.people.models import Person
from zhima.city.wallet import books

pytestmark = pytest.mark.usefixtures("city")
NOW = timezone.now()
LATER = NOW + OPEN_FOR
MONEY = LedgerMoney()


def send(conversation: Conversation, sender: Person, *shares_fen: int) -> RedPacket:
    key = uuid4()
    assert filled(conversation, sender, shares_fen, key) is Outcome.PAID
    return RedPacket.objects.get(pk=key)


def filled(conversation, sender, shares_fen, key) -> Outcome:
    return send_packet(
        money=MONEY,
        conversation=conversation,
        sender=sender,
        split=Split.LUCKY,
        shares_fen=shares_fen,
        wish="",
        key=key,
        now=NOW,
    )


@pytest.fixture
def ana() -> Person:
    return resident("Ana", fen=1000)


@pytest.fixture
def bo(ana: Person) -> Person:
    bo = resident("Bo")
    befriend(ana, bo)
    return bo


@pytest.fixture
def pair(ana: Person, bo: Person) -> Conversation:
    return conversation_with(person=ana, other=bo)


def test_a_share_goes_to_whoever_opens_it_once(pair, ana, bo) -> None:
    packet = send(pair, ana, 600)
    assert (balance_fen(ana), balance_fen(bo)) == (400, 0)
    assert open_packet(money=MONEY, packet=packet, person=bo, now=NOW) is Opening.OPENED
    assert open_packet(money=MONEY, packet=packet, person=bo, now=NOW) is Opening.ALREADY
    assert (balance_fen(ana), balance_fen(bo)) == (400, 600)


def test_nobody_opens_a_packet_to_somebody_else(pair, ana, bo) -> None:
    packet = send(pair, ana, 600)
    assert open_packet(money=MONEY, packet=packet, person=ana, now=NOW) is Opening.NOT_FOR_YOU


def test_after_the_last_share_there_is_none(ana, bo) -> None:
    chen = resident("Chen")
    befriend(ana, chen)
    group = group_of(founder=ana, title="Three", people=[bo, chen])
    packet = send(group, ana, 200, 100)
    openings = [
        open_packet(money=MONEY, packet=packet, person=each, now=NOW) for each in (chen, ana, bo)
    ]
    assert openings == [Opening.OPENED, Opening.OPENED, Opening.GONE]
    assert [balance_fen(each) for each in (ana, bo, chen)] == [800, 0, 200]


def test_what_nobody_took_goes_back_at_the_hour_and_once(pair, ana, bo) -> None:
    packet = send(pair, ana, 600)
    assert not settle(money=MONEY, packet=packet, now=LATER - timedelta(microseconds=1))
    assert open_packet(money=MONEY, packet=packet, person=bo, now=LATER) is Opening.EXPIRED
    assert settle_due(money=MONEY, now=LATER) == 0, "opening too late settled it"
    assert (balance_fen(ana), balance_fen(bo)) == (1000, 0)


def test_a_share_of_a_frozen_purse_waits_and_is_not_lost(pair, ana, bo) -> None:
    packet = send(pair, ana, 600)
    freeze_account(books.store(), account_id=books.purse(bo), now_us=books.now_us())
    assert open_packet(money=MONEY, packet=packet, person=bo, now=NOW) is Opening.OPENED
    assert balance_fen(bo) == 0
    assert settle_due(money=MONEY, now=LATER) == 0
    unfreeze_account(books.store(), account_id=books.purse(bo), now_us=books.now_us())
    assert settle_due(money=MONEY, now=LATER) == 1
    assert (balance_fen(ana), balance_fen(bo)) == (400, 600)


def test_more_than_one_has_makes_no_packet(pair, ana) -> None:
    assert filled(pair, ana, [1001], uuid4()) is Outcome.NOT_ENOUGH
    assert not RedPacket.objects.exists()
    assert not Message.objects.exists()
    assert balance_fen(ana) == 1000


def test_sending_the_same_twice_counts_once_and_another_amount_is_refused(pair, ana) -> None:
    key = uuid4()
    outcomes = [filled(pair, ana, shares, key) for shares in ([300], [300], [301])]
    assert outcomes == [Outcome.PAID, Outcome.ALREADY_PAID, Outcome.ID_REUSED_WITH_OTHER_AMOUNT]
    assert balance_fen(ana) == 700
    assert Message.objects.count() == 1


class StopsBeforePaying(LedgerMoney):
    """As if the process died between taking a place and paying it."""

    def hand_out(self, **_: object) -> Outcome:
        raise SystemExit


def test_a_process_that_dies_before_paying_a_share_loses_nothing(pair, ana, bo) -> None:
    packet = send(pair, ana, 600)
    with pytest.raises(SystemExit):
        open_packet(money=StopsBeforePaying(), packet=packet, person=bo, now=NOW)
    assert settle_due(money=MONEY, now=NOW) == 1
    assert (balance_fen(ana), balance_fen(bo)) == (400, 600)
