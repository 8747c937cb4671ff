"""What the pages of people keep to themselves."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.city_phones import Phone, resident
from zhima.city.chat.talk import conversation_with
from zhima.city.people import contacts

pytestmark = pytest.mark.usefixtures("city")


def words(phone: Phone, page: str, *args: object) -> str:
    """The text of a page without its tags: tokens in them may spell anything."""
    return re.sub(r"<[^>]*>", " ", phone.get(page, *args).text)


def friends() -> tuple[Phone, Phone]:
    ana, bo = resident("Ana", fen=1000), resident("Bo")
    contacts.ask(person=ana.person, other=bo.person)
    contacts.agree(person=bo.person, other=ana.person)
    return ana, bo


def test_a_stranger_learns_a_name_and_no_more() -> None:
    ana, _ = friends()
    page = words(resident("Mei"), "people:person", ana.person.pk)
    assert "Ana" in page
    assert "10.00" not in page
    assert "Bo" not in page


def test_nothing_about_a_block_is_told_to_the_blocked() -> None:
    ana, bo = friends()
    chat = conversation_with(person=ana.person, other=bo.person)
    ana.post("people:step", bo.person.pk, "block")
    assert "blocked" not in words(bo, "people:person", ana.person.pk).lower()
    sent = bo.client.post(f"/chat/{chat.pk}/write/", {"text": "?", "key": uuid4()})
    assert sent.status_code == 403
