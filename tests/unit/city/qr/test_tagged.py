"""Tickets carry a seal."""

from dataclasses import replace

from zhima.city.qr.model import TicketCode
from zhima.city.qr.tagged import is_genuine, seal_of


def test_only_the_key_makes_a_seal() -> None:
    code = TicketCode("org.openzhima", "t-1", seal_of(key=b"k", ticket_id="t-1"))
    assert is_genuine(code, key=b"k")
    assert not is_genuine(code, key=b"another")
    assert not is_genuine(replace(code, ticket_id="t-2"), key=b"k")
