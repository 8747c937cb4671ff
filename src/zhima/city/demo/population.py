"""Whom the demo is peopled with: the six a visitor meets, and the neighbours around them.

All of them are made up. The six live as their stories need; the neighbours as habits have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import numpy as np

from zhima.city.demo.life import Pocket
from zhima.lab.habits import Habits

SEED = 350
STAY_DAYS = 540
"""How long most have lived here when the demo begins."""
NEIGHBOURS = 50

_GIVEN = (
    *("An", "Bai", "Cai", "Dan", "Fang", "Gang", "Hai", "Hong", "Jia", "Jun", "Kai", "Lan", "Lei"),
    *("Lin", "Min", "Ning", "Ping", "Qing", "Rui", "Shan", "Tao", "Wen", "Xia", "Yan", "Zhen"),
)
_FAMILY = ("Qiao", "Shen", "Tang", "Gu", "Ye", "Lu", "Fu", "Xiang")


@dataclass(frozen=True, slots=True)
class Slip:
    """Something in one of the six lives that habits alone would not bring."""

    days_ago: float
    kind: str
    days_late: int = 0
    amount_fen: int = 0
    category: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """How one of the six lives."""

    habits: Habits
    pocket: Pocket
    slips: tuple[Slip, ...] = ()


def _returned(*days_ago: float, late: tuple[float, ...] = ()) -> tuple[Slip, ...]:
    on_time = tuple(Slip(days, "item.returned", category="tool") for days in days_ago)
    return on_time + tuple(Slip(days, "item.returned", 6, category="tool") for days in late)


def _booked(*days_ago: float, missed: tuple[float, ...] = ()) -> tuple[Slip, ...]:
    kept = tuple(Slip(days, "booking.kept", category="table") for days in days_ago)
    return kept + tuple(Slip(days, "booking.missed", category="table") for days in missed)


def _purse(low_yuan: int, top_up_yuan: int) -> Pocket:
    """Little in the purse and the wage at the bank, so that a visitor's money stays what it is."""
    low, top_up = low_yuan * 100, top_up_yuan * 100
    return Pocket(low=low, top_up=top_up, high=low + top_up, kept=low + top_up // 2)


_SCRIPTED = {"borrows": 0.0, "books": 0.0, "reliability": 1.0}
LIVES = {
    "ana": Life(
        Habits(wage_fen=620_000, spends_share=1.3, payments=26, sends=3, **_SCRIPTED),
        _purse(400, 500),
        (
            Slip(96, "bill.missed", category="telephone"),
            *(Slip(days, "bill.paid", 8, 41_000, "rent") for days in (64, 171)),
            *_returned(4, 17, 34, 61, 118, 173, 266, 301, late=(22, 141, 208)),
            Slip(208, "item.damaged", category="tool"),
            *_booked(6, 15, 21, 47, 70, 83, 132, 160, missed=(57, 186)),
        ),
    ),
    "bo": Life(
        Habits(wage_fen=380_000, spends_share=0.8, payments=30, sends=2, **_SCRIPTED),
        _purse(100, 200),
        (
            *(Slip(days, "bill.missed", category="power") for days in (61, 190)),
            *(Slip(days, "bill.paid", 11, 32_000, "rent") for days in (25, 97, 156, 215, 280)),
            *_returned(3, 31, 88, 150, late=(20, 66)),
            *_booked(9, 30, 76, 120, missed=(44, 202)),
        ),
    ),
    "chen": Life(
        Habits(wage_fen=540_000, spends_share=1.3, payments=22, sends=3, **_SCRIPTED),
        _purse(100, 300),
        (
            Slip(112, "bill.missed", category="telephone"),
            *(Slip(days, "bill.paid", 9, 52_000, "rent") for days in (201, 231, 290)),
            *_returned(5, 19, 33, 48, 92, 131, 180, 222, late=(8, 70, 190, 250)),
            *_booked(4, 11, 26, 61, 84, 110, 170, missed=(39, 143)),
        ),
    ),
    "li": Life(
        Habits(wage_fen=900_000, spends_share=0.5, payments=18, sends=2, **_SCRIPTED),
        _purse(500, 1000),
        (
            Slip(160, "bill.paid", 2, 88_000, "rent"),
            *_returned(*range(6, 160, 19), late=(170, 300)),
            *_booked(*range(3, 360, 12), missed=(200, 290)),
        ),
    ),
    "mei": Life(
        Habits(wage_fen=260_000, spends_share=0.7, payments=9, sends=1, **_SCRIPTED),
        _purse(50, 100),
        (
            Slip(19, "bill.paid", 3, 9_000, "telephone"),
            *_returned(12),
            *_booked(8, 29, missed=(41,)),
        ),
    ),
}
MEI_CAME_DAYS_AGO = 75
"""Mei is new in town: her file is thin."""


def habits_of_six(name: str, now: datetime) -> Habits:
    """How one of the six lives, from when."""
    days = MEI_CAME_DAYS_AGO if name == "mei" else STAY_DAYS
    known = LIVES[name].habits
    return Habits(
        **{field: getattr(known, field) for field in known.__slots__ if field != "since"},
        since=now - timedelta(days=days),
    )


def neighbour_names(count: int) -> list[str]:
    """So many names, family name last; in a large town some are borne by several."""
    names = [f"{given} {family}" for family, given in product(_FAMILY, _GIVEN)]
    order = np.random.default_rng(SEED).permutation(len(names))
    return [names[order[at % len(names)]] for at in range(count)]


def neighbours(count: int, now: datetime) -> list[Habits]:
    """Habits of people around the six: most keep most promises, some do not."""
    rng = np.random.default_rng([SEED, 1])
    reliability = rng.beta(9, 1.6, count)
    wages = rng.lognormal(13.0, 0.35, count).astype(int) // 1000 * 1000
    stayed = rng.integers(150, STAY_DAYS, count)
    return [
        Habits(
            reliability=float(reliability[at]),
            wage_fen=int(wages[at]) if at % 7 else 0,
            spends_share=float(rng.uniform(0.5, 1.0)),
            payments=float(rng.uniform(3, 9)),
            sends=float(rng.uniform(0, 1.5)),
            borrows=float(rng.uniform(0.1, 1.2)),
            books=float(rng.uniform(0.1, 1.5)),
            since=now - timedelta(days=int(stayed[at])),
        )
        for at in range(count)
    ]
