"""A ring of payments between two accounts buys nothing, and cannot wipe out real ones."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.event_histories import (
    AS_OF,
    PEOPLE,
    event_rows,
    events_table,
    every_aggregate,
)
from tests.properties.test_features_agree import assert_agree
from zhima.engine.events.flows import CircularFlows
from zhima.engine.features.batch import compute
from zhima.engine.features.declaration import load_catalogue

CIRCULAR = {"flows": CircularFlows(window_days=30)}
SHIPPED = load_catalogue().model_copy(update=CIRCULAR)
EVERY = every_aggregate().model_copy(update=CIRCULAR)
SHARED = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def payment(number: str, kind: str, amount: int, day: int, other: str) -> dict[str, Any]:
    at = AS_OF - dt.timedelta(days=day)
    return {
        "event_id": number,
        "person_id": "ana",
        "kind": kind,
        "occurred_at": at,
        "recorded_at": at,
        "amount_fen": amount,
        "counterparty_id": other,
        "context": json.dumps({"channel": "qr"}),
    }


rings = st.lists(
    st.tuples(st.integers(1, 10**7), st.integers(40, 300), st.integers(0, 29)), max_size=6
)


@SHARED
@given(rows=event_rows(), ring=rings)
def test_a_ring_of_two_accounts_gains_exactly_nothing(rows, ring):
    turns = [
        part
        for n, (amount, day, later) in enumerate(ring)
        for part in (
            payment(f"there{n}", "payment.made", amount, day, f"mate{n}"),
            payment(f"back{n}", "payment.received", amount, day - later, f"mate{n}"),
        )
    ]
    without = compute(events_table(rows), EVERY, as_of=AS_OF, people=PEOPLE)
    with_ring = compute(events_table(rows + turns), EVERY, as_of=AS_OF, people=PEOPLE)
    assert with_ring.equals(without)


@SHARED
@given(rows=event_rows())
def test_batch_and_live_agree_on_what_came_back(rows):
    assert_agree(rows, EVERY)
    assert_agree(rows, SHIPPED)


def test_a_fen_sent_back_wipes_out_nothing():
    paid = [payment(f"p{n}", "payment.made", 10_000, 50 + n, "shop") for n in range(5)]
    teased = [*paid, payment("fen", "payment.received", 1, 50, "shop")]
    row = compute(events_table(teased), SHIPPED, as_of=AS_OF, people=["ana"]).to_pylist()[0]
    assert row["payments_365d"] == 5


def test_money_that_comes_back_too_late_was_real():
    turns = [
        payment("there", "payment.made", 10_000, 100, "mate"),
        payment("back", "payment.received", 10_000, 60, "mate"),
    ]
    row = compute(events_table(turns), SHIPPED, as_of=AS_OF, people=["ana"]).to_pylist()[0]
    assert row["payments_365d"] == 1


def test_a_return_that_has_not_happened_yet_changes_nothing():
    turns = [
        payment("there", "payment.made", 10_000, 5, "mate"),
        payment("back", "payment.received", 10_000, -5, "mate"),
    ]
    row = compute(events_table(turns), SHIPPED, as_of=AS_OF, people=["ana"]).to_pylist()[0]
    assert row["payments_365d"] == 1
