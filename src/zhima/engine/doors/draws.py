"""Upgrades drawn by band from a published seed: anybody can run the draw again.

Before the first ticket the operator publishes SHA-256 of the seed. When the list of tickets is
closed it becomes an entry of the disclosure log, and the root of the log up to that entry is mixed
into the seed: whoever could read the seed before knew nothing of the draw. Then the seed is shown.
A ticket's luck is a number that all of this and the ticket decide together; its chance decides how
much luck it needs:

    mixed = HMAC-SHA256(seed, "zhima-draw/2" + 0 + root)
    luck  = the first 8 bytes of HMAC-SHA256(mixed, list digest + ticket), as a whole number
    wins  when luck / 2^64 < percent / 100
    among more winners than places, the smallest luck / percent goes first

The list digest is SHA-256 of all tickets in order of their names, one a line; chances are not in
it, so that a better band never spoils anybody's luck. Draws of the older form zhima-draw/1 have no
root and take the seed itself for `mixed`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zhima.engine.kinds import ZhimaError

SEED_BYTES = 32
_LUCK_BYTES = 8
CLOSED = "draw.closed"
"""Kind of the log's entry about a closed list."""
_DOMAIN = b"zhima-draw/1\x00"
_MIXED = b"zhima-draw/2\x00"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket by its public name, and its chance in percent."""

    name: str
    percent: int


def commitment(seed: bytes) -> str:
    """What is published before the draw, hex; ZhimaError for a seed of another length."""
    if len(seed) != SEED_BYTES:
        raise ZhimaError(f"a seed has {SEED_BYTES} bytes, this one {len(seed)}")
    return hashlib.sha256(_DOMAIN + seed).hexdigest()


def mixed(seed: bytes, root: bytes) -> bytes:
    """The seed with the log's root, which nobody knew when it was fixed."""
    return hmac.digest(seed, _MIXED + root, "sha256")


def closed_list(
    *, draw: str, commitment: str, places: int, tickets: Iterable[Ticket]
) -> dict[str, Any]:
    """What the log's entry commits to: which draw, for how many places, who is on the list."""
    listed = sorted([ticket.name, ticket.percent] for ticket in tickets)
    return {"draw": draw, "commitment": commitment, "places": places, "tickets": listed}


def draw(*, seed: bytes, tickets: Iterable[Ticket], places: int) -> tuple[str, ...]:
    """The tickets that win, luckiest first; at most `places` of them.

    Raises ZhimaError when a ticket is on the list twice.
    """
    percents = {}
    for ticket in tickets:
        if ticket.name in percents:
            raise ZhimaError("a ticket is on the list twice")
        percents[ticket.name] = ticket.percent
    drawn = [
        (lot / percents[name], name)
        for name, lot in lots(seed=seed, names=percents).items()
        if lot < percents[name]
    ]
    return tuple(name for _, name in sorted(drawn)[:places])


def lots(*, seed: bytes, names: Iterable[str]) -> dict[str, Fraction]:
    """What each ticket of a closed list drew, from 0 up to 100: it wins below its chance."""
    held = sorted(names)
    digest = hashlib.sha256("\n".join(held).encode()).digest()
    most = 1 << (8 * _LUCK_BYTES)
    return {name: Fraction(100 * _luck(seed, digest, name), most) for name in held}


def _luck(seed: bytes, digest: bytes, name: str) -> int:
    return int.from_bytes(hmac.digest(seed, digest + name.encode(), "sha256")[:_LUCK_BYTES], "big")
