"""Circular flows in one person's history; the rule is in `events.flows`, its twin in `batch`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhima.engine.events.flows import FLOWING, CircularFlows
from zhima.engine.features.history import KIND_CODES, Flags, History, Integers
from zhima.engine.features.moments import DAY_MICROS

_WAY = np.zeros(len(KIND_CODES), np.int8)
_WAY[[KIND_CODES[kind] for kind in FLOWING]] = list(FLOWING.values())


def came_back(history: History, visible: Flags, flows: CircularFlows) -> Flags:
    """Which events' money came back, judged among the visible ones; shape (n,)."""
    found = np.zeros(len(history), np.bool_)
    way, amount = _WAY[history.kinds], history.columns["amount_fen"]
    who = history.columns["counterparty_id"]
    money = np.flatnonzero(visible & (way != 0) & amount.known & who.known)
    others, gives = who.values[money], way[money] > 0
    both_ways = set(others[gives].tolist()) & set(others[~gives].tolist())
    if both_ways:
        money = money[np.isin(others, list(both_ways))]
        for rows in _by_counterparty(money, who.values):
            found[rows] = _returned(rows, history, way[rows] > 0, flows)
    return found


def _by_counterparty(money: npt.NDArray[np.intp], who: Integers) -> list[npt.NDArray[np.intp]]:
    order = money[np.argsort(who[money], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(who[order])) + 1) if len(order) else []


def _returned(
    rows: npt.NDArray[np.intp], history: History, gives: Flags, flows: CircularFlows
) -> Flags:
    at, amounts = history.occurred_micros[rows], history.columns["amount_fen"].values[rows]
    span = flows.window_days * DAY_MICROS
    first = np.searchsorted(at, at - span, side="left")
    after = np.searchsorted(at, at + span, side="right")
    sent, received = (
        total[after] - total[first]
        for total in (_running(np.where(side, amounts, 0)) for side in (gives, ~gives))
    )
    same, back = np.where(gives, sent, received), np.where(gives, received, sent)
    circular: Flags = (back > 0) & (back * 100 >= same * flows.percent)
    return circular


def _running(amounts: Integers) -> Integers:
    return np.concatenate(([0], np.cumsum(amounts)))
