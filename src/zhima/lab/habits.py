"""How people of a city behave: they earn, pay, send, borrow, book, and keep most promises.

A month of everybody is drawn at once from the seed and the month alone, so that any stretch of
time can be lived on its own and comes out the same, in whatever steps time goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAY_S = 24 * 3600
MONTH_DAYS = 30
"""Months of habits are stretches of thirty days, counted from 1970."""
LONGEST_DELAY_DAYS = 20
BILLS = ("power", "telephone")
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Habits:
    """What somebody usually does. Rates are a month, money is in fen."""

    reliability: float = 0.9
    """Chance that a promise is kept."""
    wage_fen: int = 600_000
    spends_share: float = 0.7
    """Of the wage, in shops."""
    payments: float = 20.0
    sends: float = 2.0
    borrows: float = 1.0
    books: float = 1.5
    has_bills: bool = True
    since: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    """Before it nothing is known of them."""


class Act(NamedTuple):
    """Something somebody did, named by the kind of event it is."""

    at: datetime
    person: int
    """Position among the habits."""
    kind: str
    amount_fen: int = 0
    other: int = NOBODY
    """A shop for payments, a contact for what is sent; positions, or NOBODY."""
    days_late: int = 0
    category: str = ""


def lived(
    habits: Sequence[Habits], *, since: datetime, before: datetime, shops: int, seed: int
) -> list[Act]:
    """Everything that happened from `since` until before `before`, in order of time.

    A shop is one of `shops` positions; `other` of `transfer.sent` is a draw that the caller turns
    into one of the person's contacts.
    """
    people = tuple(habits)
    first = _month(since - timedelta(days=LONGEST_DELAY_DAYS))
    acts = [
        act
        for month in range(first, _month(before) + 1)
        for act in _acts(people, month, shops, seed)
        if since <= act.at < before and act.at >= people[act.person].since
    ]
    return sorted(acts)


def _month(at: datetime) -> int:
    return int(at.timestamp()) // (MONTH_DAYS * DAY_S)


@lru_cache(maxsize=4)
def _acts(people: tuple[Habits, ...], month: int, shops: int, seed: int) -> tuple[Act, ...]:
    rng = np.random.default_rng([seed, month])
    draws = _Draws(people, month, rng)
    return (
        *draws.wages(),
        *draws.payments(shops),
        *draws.sent(),
        *draws.bills(),
        *draws.returned(),
        *draws.booked(),
    )


class _Draws:
    """One month of everybody."""

    def __init__(self, people: Sequence[Habits], month: int, rng: np.random.Generator) -> None:
        self._people, self._rng = people, rng
        self._start = datetime.fromtimestamp(month * MONTH_DAYS * DAY_S, UTC)
        self._reliability = np.array([each.reliability for each in people])

    def wages(self) -> Iterator[Act]:
        """One a month, on everybody's own day."""
        for person, each in enumerate(self._people):
            if each.wage_fen:
                at = self._start + timedelta(days=1 + person % 5, hours=1)
                yield Act(at, person, "income.received", each.wage_fen)

    def payments(self, shops: int) -> Iterator[Act]:
        """In shops, most of them small."""
        who = self._who([each.payments for each in self._people])
        sizes = self._rng.lognormal(0, 0.8, len(who)) / np.exp(0.32)
        where = self._rng.integers(0, max(shops, 1), len(who))
        for person, at, size, shop in zip(who, self._hours(len(who)), sizes, where, strict=True):
            each = self._people[person]
            mean_fen = each.wage_fen * each.spends_share / max(each.payments, 1)
            amount_fen = max(100, int(size * mean_fen) // 10 * 10)
            yield Act(at, int(person), "payment.made", amount_fen, int(shop))

    def sent(self) -> Iterator[Act]:
        """To contacts."""
        who = self._who([each.sends for each in self._people])
        amounts = self._rng.integers(5, 200, len(who)) * 100
        whom = self._rng.integers(0, 1 << 30, len(who))
        for person, at, fen, other in zip(who, self._hours(len(who)), amounts, whom, strict=True):
            yield Act(at, int(person), "transfer.sent", int(fen), int(other))

    def bills(self) -> Iterator[Act]:
        """One of each kind a month: paid on time, late, or not at all."""
        for number, category in enumerate(BILLS):
            kept, late_days, missed = self._promises(len(self._people))
            amounts = self._rng.integers(40, 260, len(self._people)) * 100
            for person, each in enumerate(self._people):
                if not each.has_bills:
                    continue
                due = self._start + timedelta(days=(3 + 11 * number + person) % MONTH_DAYS, hours=9)
                if missed[person]:
                    yield Act(due, person, "bill.missed", category=category)
                    continue
                late = 0 if kept[person] else int(late_days[person])
                at, fen = due + timedelta(days=late), int(amounts[person])
                yield Act(at, person, "bill.paid", fen, days_late=late, category=category)

    def returned(self) -> Iterator[Act]:
        """Things lent, brought back."""
        who = self._who([each.borrows for each in self._people])
        kept, late_days, lost = self._promises(len(who), who)
        for row, (person, at) in enumerate(zip(who, self._hours(len(who)), strict=True)):
            late = 0 if kept[row] else int(late_days[row])
            back = at + timedelta(days=late)
            yield Act(back, int(person), "item.returned", days_late=late, category="tool")
            if lost[row]:
                yield Act(back, int(person), "item.damaged", category="tool")

    def booked(self) -> Iterator[Act]:
        """Times and tables: kept, cancelled in time, or missed."""
        who = self._who([each.books for each in self._people])
        kept, _, missed = self._promises(len(who), who)
        for row, (person, at) in enumerate(zip(who, self._hours(len(who)), strict=True)):
            kind = "booking.missed" if missed[row] else "booking.kept"
            if not kept[row] and not missed[row]:
                kind = "booking.cancelled"
            yield Act(at, int(person), kind, category="table")

    def _who(self, rates: Sequence[float]) -> Ints:
        times = self._rng.poisson(rates)
        return np.repeat(np.arange(len(rates)), times)

    def _hours(self, count: int) -> list[datetime]:
        """Moments between morning and night."""
        days = self._rng.integers(0, MONTH_DAYS, count)
        seconds = self._rng.integers(7 * 3600, 22 * 3600, count)
        return [
            self._start + timedelta(days=int(day), seconds=int(second))
            for day, second in zip(days, seconds, strict=True)
        ]

    def _promises(self, count: int, who: Ints | None = None) -> tuple[Flags, Ints, Flags]:
        """Of each: whether it was kept, else days late; and whether it was broken for good."""
        reliability = self._reliability if who is None else self._reliability[who]
        draw = self._rng.random(count)
        broken = draw > 1 - (1 - reliability) * 0.2
        late_days = self._rng.integers(1, LONGEST_DELAY_DAYS, count)
        return draw <= reliability, late_days, broken
