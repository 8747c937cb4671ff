"""Random histories that love the edges: equal instants, window borders, boundary amounts."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from zhima.engine.events.table import AMOUNT_LIMIT_FEN, EVENTS
from zhima.engine.features.declaration import (
    OF_INTEGERS,
    WITH_PART,
    Aggregate,
    Catalogue,
    Feature,
)

AS_OF = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
KINDS = ("bill.paid", "bill.missed", "payment.made", "payment.received", "item.returned")
PEOPLE = ("ana", "bo", "chen")
MICRO = dt.timedelta(microseconds=1)

_borders = st.sampled_from([0, 1, 30, 90, 365, 1825]).flatmap(
    lambda days: st.sampled_from([-MICRO, 0 * MICRO, MICRO]).map(
        lambda shift: dt.timedelta(days=days) + shift
    )
)
_ages = _borders | st.timedeltas(dt.timedelta(days=-40), dt.timedelta(days=2200))
_amounts = st.none() | st.sampled_from([0, 1, AMOUNT_LIMIT_FEN]) | st.integers(0, 10**7)
_contexts = st.fixed_dictionaries(
    {},
    optional={
        "days_late": st.integers(-3, 3),
        "balance_fen": st.integers(-(10**6), 10**6),
        "channel": st.sampled_from(["cash", "qr", "card"]),
    },
)


@st.composite
def event_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to 30 events of three people, some of them struck later."""
    # Few instants for many events, so that several events often share one.
    ages = draw(st.lists(_ages, min_size=1, max_size=8))
    rows = [_row(draw, number, ages) for number in range(draw(st.integers(0, 30)))]
    struck = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    return rows + [_strike(draw, row, f"s{n}") for n, row in enumerate(struck)]


def _row(draw: st.DrawFn, number: int, ages: list[dt.timedelta]) -> dict[str, Any]:
    occurred = AS_OF - draw(st.sampled_from(ages))
    return {
        "event_id": f"e{number}",
        "person_id": draw(st.sampled_from(PEOPLE)),
        "kind": draw(st.sampled_from(KINDS)),
        "occurred_at": occurred,
        "recorded_at": occurred + draw(st.sampled_from([0, 1, 45])) * dt.timedelta(days=1),
        "amount_fen": draw(_amounts),
        "counterparty_id": draw(st.none() | st.sampled_from(["x", "y", "z"])),
        "context": json.dumps(draw(_contexts)) if draw(st.booleans()) else None,
    }


def _strike(draw: st.DrawFn, row: dict[str, Any], event_id: str) -> dict[str, Any]:
    known = AS_OF - draw(_ages)
    return {
        "event_id": event_id,
        "person_id": draw(st.sampled_from([row["person_id"], "chen"])),
        "kind": "item.struck",
        "occurred_at": known,
        "recorded_at": known,
        "amount_fen": None,
        "counterparty_id": None,
        "context": json.dumps({"struck_event_id": row["event_id"]}),
    }


def events_table(rows: list[dict[str, Any]]) -> pa.Table:
    """The rows as an events table."""
    return pa.Table.from_pylist(rows, schema=EVENTS)


def every_aggregate() -> Catalogue:
    """Each aggregate over each of its fields, in windows of 30 days, a year and all."""
    return Catalogue(
        features=tuple(
            Feature.model_validate(
                {
                    "id": f"{aggregate}_{of or 'events'}_{window}",
                    "title": {"en": "test", "zh": "测试"},
                    "factor": "behaviour",
                    "direction": "any",
                    "purpose": "payments",
                    "retention_days": 1825,
                    "measure": _measure(aggregate, of, window),
                }
            )
            for aggregate in Aggregate
            for of in _fields(aggregate)
            for window in (30, 365, "all")
        )
    )


def _fields(aggregate: Aggregate) -> tuple[str | None, ...]:
    if aggregate in OF_INTEGERS:
        return ("signed_amount_fen", "balance_fen")
    if aggregate is Aggregate.DISTINCT:
        return ("counterparty_id", "channel", "day", "month")
    return (None, "amount_fen") if aggregate is Aggregate.SHARE else (None,)


def _measure(aggregate: Aggregate, of: str | None, window: object) -> dict[str, Any]:
    measure = {"aggregate": aggregate, "of": of, "window_days": window, "kinds": list(KINDS)}
    if of == "balance_fen":
        measure |= {"where": {"channel": ["qr", "cash"]}}
    if aggregate in WITH_PART:
        measure |= {"part": {"days_late": {"max": 0}}}
    return measure
