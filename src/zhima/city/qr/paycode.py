"""The payer's one-time number: a keyed permutation of who, when and which.

Eighteen digits, the first two from 25 to 30. The number in [0, 6 * 10**16) behind them is a
Feistel network (ten rounds of HMAC-SHA256 over two halves of 28 bits, after NIST SP 800-38G) of

    person_no (31 bits) | time slot (20 bits) | counter (4 bits)

walked until it falls into the domain (Black & Rogaway 2002). Without the key two codes of one
person look unrelated, and a guess has to hit a person, one of a handful of slots in a million,
and a counter.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from zhima.city.qr.model import CodeError
from zhima.engine.kinds import ZhimaError

PERSON_BITS, SLOT_BITS, COUNTER_BITS = 31, 20, 4
SLOT_SECONDS = 15
LIFE_SLOTS = 4
"""A code is good in its own slot and the next ones: 60 to 75 seconds."""
CODES_A_SLOT = 1 << COUNTER_BITS
DIGITS = 18
_FIRST = 25 * 10**16
_DOMAIN = 6 * 10**16
_HALF_BITS = 28
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 10
_REMEMBERED_SLOTS = 24 * 3600 // SLOT_SECONDS
"""Within a day an old code is called expired; later its slot number may mean anything."""


class Issue(NamedTuple):
    """What a code says to whoever has the key."""

    person_no: int
    slot: int
    counter: int


def slot_at(at_s: float) -> int:
    """The slot of a UTC time; slots come round again after half a year."""
    return int(at_s) // SLOT_SECONDS % (1 << SLOT_BITS)


def pay_code(*, key: bytes, person_no: int, at_s: float, counter: int) -> str:
    """The digits for a person's `counter`-th code of the slot at `at_s` (UTC seconds)."""
    if not 0 <= person_no < 1 << PERSON_BITS:
        raise ZhimaError(f"person number {person_no} does not fit into a pay code")
    if not 0 <= counter < CODES_A_SLOT:
        raise ZhimaError(f"{CODES_A_SLOT} pay codes in {SLOT_SECONDS} s are enough: wait a moment")
    number = ((person_no << SLOT_BITS) | slot_at(at_s)) << COUNTER_BITS | counter
    return str(_FIRST + _permuted(key, number))


def open_pay_code(digits: str, *, key: bytes, at_s: float) -> Issue | CodeError:
    """Who showed these digits, when; or why they are not good at `at_s` (UTC seconds)."""
    number = _restored(key, int(digits) - _FIRST)
    issue = Issue(
        number >> SLOT_BITS + COUNTER_BITS,
        (number >> COUNTER_BITS) & ((1 << SLOT_BITS) - 1),
        number & (CODES_A_SLOT - 1),
    )
    age_slots = (slot_at(at_s) - issue.slot) % (1 << SLOT_BITS)
    if issue.person_no >> PERSON_BITS or age_slots > _REMEMBERED_SLOTS:
        return CodeError.PAY_CODE_UNKNOWN
    return CodeError.PAY_CODE_EXPIRED if age_slots > LIFE_SLOTS else issue


def _permuted(key: bytes, number: int) -> int:
    while True:
        left, right = number >> _HALF_BITS, number & _HALF
        for turn in range(_ROUNDS):
            left, right = right, left ^ _round(key, turn, right)
        number = left << _HALF_BITS | right
        if number < _DOMAIN:
            return number


def _restored(key: bytes, number: int) -> int:
    while True:
        left, right = number >> _HALF_BITS, number & _HALF
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ _round(key, turn, left), left
        number = left << _HALF_BITS | right
        if number < _DOMAIN:
            return number


def _round(key: bytes, turn: int, half: int) -> int:
    digest = hmac.digest(key, b"pay%d:%d" % (turn, half), hashlib.sha256)
    return int.from_bytes(digest[:4], "big") & _HALF
