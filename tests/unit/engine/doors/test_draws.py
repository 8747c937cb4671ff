"""A draw that anybody can run again: fixed answers, chances, and lists that cannot be drawn."""

from __future__ import annotations

import hashlib

import pytest

from zhima.engine.doors.draws import Ticket, commitment, draw
from zhima.engine.kinds import ZhimaError

SEED = bytes(range(32))
TICKETS = [Ticket(f"t{n:02}", percent) for n, percent in enumerate([5, 10, 20, 35, 50] * 4)]


def test_a_known_seed_draws_the_same_tickets_for_ever() -> None:
    assert draw(seed=SEED, tickets=TICKETS, places=3) == ("t14", "t08", "t19")


def test_the_commitment_is_a_hash_of_the_seed() -> None:
    assert commitment(SEED) == hashlib.sha256(b"zhima-draw/1\x00" + SEED).hexdigest()


def test_chances_are_kept_over_many_seeds() -> None:
    wins = dict.fromkeys((5, 50), 0)
    for n in range(2000):
        seed = n.to_bytes(32, "big")
        won = draw(seed=seed, tickets=[Ticket("a", 5), Ticket("b", 50)], places=2)
        wins[5] += "a" in won
        wins[50] += "b" in won
    assert 60 < wins[5] < 140
    assert 900 < wins[50] < 1100


def test_no_chance_wins_nothing_and_a_certain_one_always() -> None:
    for n in range(200):
        seed = n.to_bytes(32, "big")
        assert draw(seed=seed, tickets=[Ticket("a", 0), Ticket("b", 100)], places=5) == ("b",)


def test_a_ticket_counts_once() -> None:
    with pytest.raises(ZhimaError, match="twice"):
        draw(seed=SEED, tickets=[Ticket("a", 5), Ticket("a", 50)], places=1)


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(ZhimaError, match="32 bytes"):
        commitment(b"lucky")
