"""Who may write to whom, and what is said once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.city_books import balance_fen, befriend, resident
from zhima.city.chat.forms import TextForm
from zhima.city.chat.models import Message
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.talk import conversation_with, group_of, may_write, say, send_money
from zhima.city.ledger.model import Outcome
from zhima.city.people import contacts

pytestmark = pytest.mark.usefixtures("city")


def test_strangers_have_no_conversation() -> None:
    assert conversation_with(person=resident("Ana"), other=resident("Bo")) is None


def test_there_is_one_conversation_of_two_and_it_outlives_the_tie() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    befriend(ana, bo)
    conversation = conversation_with(person=ana, other=bo)
    assert conversation_with(person=bo, other=ana) == conversation
    contacts.end(person=bo, other=ana)
    assert conversation_with(person=ana, other=bo) == conversation
    assert not may_write(conversation=conversation, person=ana)


def test_a_group_takes_only_the_founders_contacts() -> None:
    ana, bo, mei = resident("Ana"), resident("Bo"), resident("Mei")
    befriend(ana, bo)
    group = group_of(founder=ana, title="Tennis", people=[bo, mei])
    assert set(group.members.all()) == {ana, bo}
    assert not may_write(conversation=group, person=mei)


def test_the_same_key_is_said_once() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    befriend(ana, bo)
    conversation, key = conversation_with(person=ana, other=bo), uuid4()
    said = [say(conversation=conversation, author=ana, key=key, text="Hello") for _ in range(2)]
    assert said[0] == said[1]
    assert Message.objects.count() == 1


def test_a_key_belongs_to_whoever_sends_it() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    form = TextForm({"key": uuid4(), "text": "Hello"})
    assert form.is_valid()
    assert form.key_of(ana) != form.key_of(bo)


@pytest.mark.parametrize(("amount_fen", "outcome"), [(500, "paid"), (501, "not_enough")])
def test_money_in_a_chat_moves_whole_or_not_at_all(amount_fen: int, outcome: str) -> None:
    ana, bo = resident("Ana", fen=500), resident("Bo")
    befriend(ana, bo)
    conversation = conversation_with(person=ana, other=bo)
    done = send_money(
        money=LedgerMoney(),
        conversation=conversation,
        author=ana,
        payee=bo,
        amount_fen=amount_fen,
        memo="",
        key=uuid4(),
    )
    assert done is Outcome(outcome)
    moved = done is Outcome.PAID
    assert (balance_fen(bo) == amount_fen) is moved
    assert Message.objects.exists() is moved
