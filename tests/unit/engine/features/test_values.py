"""Each aggregate against values worked out by hand, in batch and live."""

from __future__ import annotations

import datetime as dt
import json
import math
import shutil
from typing import Any

import pyarrow as pa
import pytest

from zhima.engine.events.table import EVENTS
from zhima.engine.features.batch import Engine, compute, compute_at
from zhima.engine.features.declaration import Catalogue
from zhima.engine.features.history import history
from zhima.engine.features.live import LiveFeatures
from zhima.engine.kinds import ZhimaError

AS_OF = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def event(days_ago: float, fen: int | None = None, **more: Any) -> dict[str, Any]:
    occurred = AS_OF - days_ago * DAY
    row = {
        "event_id": f"e{days_ago}-{fen}",
        "person_id": "ana",
        "kind": "bill.paid",
        "occurred_at": occurred,
        "recorded_at": more.pop("recorded_at", occurred),
        "amount_fen": fen,
        "counterparty_id": more.pop("to", None),
        "context": None,
    }
    row |= {name: more.pop(name) for name in ("kind", "event_id", "person_id") if name in more}
    return {**row, "context": json.dumps(more) if more else None}


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=EVENTS)


def catalogue(measure: dict[str, Any] | None, **duties: Any) -> Catalogue:
    feature = {
        "id": "it",
        "title": {"en": "test", "zh": "测试"},
        "factor": "behaviour",
        "direction": "any",
        "purpose": "bills",
        "retention_days": 1825,
        "measure": measure and {"kinds": ["bill.paid"], **measure},
    }
    return Catalogue.model_validate({"features": [{**feature, **duties}]})


def both(rows: list[dict[str, Any]], declared: Catalogue) -> Any:
    batch = compute(table(*rows), declared, as_of=AS_OF, people=["ana"])["it"][0].as_py()
    live = LiveFeatures(declared)(history(table(*rows)), as_of=AS_OF)["it"]
    assert batch == live
    return batch


BILLS = [
    event(400, 900, days_late=5, to="x"),
    event(100, 300, days_late=1, to="x"),
    event(60, 100, days_late=0, to="y"),
    event(30, 200, days_late=0, to="z"),
    event(10, None, days_late=-2, to="z"),
]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"aggregate": "count"}, 5),
        ({"aggregate": "count", "window_days": 30}, 2),
        ({"aggregate": "count", "window_days": 365, "where": {"amount_fen": {"min": 200}}}, 2),
        ({"aggregate": "sum", "of": "amount_fen"}, 1500),
        ({"aggregate": "sum", "of": "signed_amount_fen", "window_days": 90}, -300),
        ({"aggregate": "mean", "of": "amount_fen"}, 375.0),
        ({"aggregate": "min", "of": "days_late"}, -2),
        ({"aggregate": "max", "of": "amount_fen", "window_days": 90}, 200),
        ({"aggregate": "first", "of": "amount_fen"}, 900),
        ({"aggregate": "last", "of": "amount_fen"}, 200),
        ({"aggregate": "std", "of": "amount_fen", "window_days": 365}, 100.0),
        ({"aggregate": "volatility", "of": "amount_fen", "window_days": 365}, 0.5),
        ({"aggregate": "trend", "of": "amount_fen", "window_days": 60}, 100.0),
        ({"aggregate": "distinct", "of": "counterparty_id"}, 3),
        ({"aggregate": "distinct", "of": "month"}, 5),
        ({"aggregate": "recency"}, 10),
        ({"aggregate": "tenure"}, 400),
        ({"aggregate": "interval", "window_days": 60}, 25.0),
        ({"aggregate": "streak", "part": {"days_late": {"max": 0}}}, 3),
        ({"aggregate": "share", "part": {"days_late": {"max": 0}}}, 0.6),
        ({"aggregate": "share", "of": "amount_fen", "part": {"amount_fen": {"min": 900}}}, 0.6),
        ({"aggregate": "late_share"}, 0.4),
        ({"aggregate": "count", "kinds": ["any"]}, 5),
    ],
)
def test_aggregates(measure: dict[str, Any], expected: float) -> None:
    assert math.isclose(both(BILLS, catalogue(measure)), expected, rel_tol=1e-12)


def test_of_several_events_at_one_instant() -> None:
    rows = [event(5, 1), event(5, 3), event(9, 7), event(9, 8)]
    assert both(rows, catalogue({"aggregate": "last", "of": "amount_fen"})) == 3
    assert both(rows, catalogue({"aggregate": "first", "of": "amount_fen"})) == 7


def test_one_failure_at_an_instant_breaks_the_streak_of_that_instant() -> None:
    rows = [event(5, 1, days_late=0), event(5, 2, days_late=3), event(1, 3, days_late=0)]
    part = {"days_late": {"max": 0}}
    assert both(rows, catalogue({"aggregate": "streak", "part": part})) == 1


def test_a_ratio_of_two_measures() -> None:
    ratio = {
        "numerator": {"aggregate": "sum", "of": "amount_fen", "kinds": ["bill.paid"]},
        "denominator": {"aggregate": "count", "kinds": ["bill.missed"]},
    }
    declared = catalogue(None, ratio=ratio)
    assert both([event(3, 10)], declared) is None
    assert both([event(3, 10), event(2, kind="bill.missed")], declared) == 10.0


PLANTED = {
    "it happens at as_of": event(0, 5),
    "it happens later": event(-1, 5),
    "it is known at as_of": event(3, 5, recorded_at=AS_OF),
    "it is known later": event(3, 5, recorded_at=AS_OF + DAY),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_nothing_from_the_future_is_seen(planted: dict[str, Any]) -> None:
    assert both([event(1, 1), planted], catalogue({"aggregate": "count"})) == 1


def test_training_rows_are_each_seen_from_their_own_time() -> None:
    times = [AS_OF, AS_OF - 50 * DAY, AS_OF - 400 * DAY]
    outcomes = pa.table(
        {
            "person_id": ["ana", "ana", "ana"],
            "as_of": pa.array(times, pa.timestamp("us", tz="UTC")),
            "bad": [0, 1, 0],
        }
    )
    found = compute_at(table(*BILLS), catalogue({"aggregate": "count"}), outcomes).to_pylist()
    assert [(row["as_of"], row["bad"], row["it"]) for row in found] == [
        (times[2], 0, 0),
        (times[1], 1, 3),
        (times[0], 0, 5),
    ]


def strike(days_ago: float, of: str, person: str = "ana") -> dict[str, Any]:
    return event(
        days_ago, kind="item.struck", event_id=f"s{days_ago}", person_id=person, struck_event_id=of
    )


def test_a_struck_event_stops_counting_once_the_strike_is_known() -> None:
    rows = [event(9, 1, event_id="wrong"), event(8, 2)]
    counted = catalogue({"aggregate": "count"})
    assert both([*rows, strike(2, "wrong")], counted) == 1
    assert both([*rows, strike(-2, "wrong")], counted) == 2
    forged = compute(table(*rows, strike(2, "wrong", "eve")), counted, as_of=AS_OF, people=["ana"])
    assert forged["it"].to_pylist() == [2]


def test_retention_ends_what_a_window_would_still_see() -> None:
    declared = catalogue({"aggregate": "count"}, retention_days=90)
    assert both(BILLS, declared) == 3


def test_people_without_events_and_times_without_zone() -> None:
    declared = catalogue({"aggregate": "mean", "of": "amount_fen"})
    asked = compute(table(*BILLS), declared, as_of=AS_OF, people=["nobody", "ana"])
    assert asked.to_pylist() == [
        {"person_id": "ana", "it": 375.0},
        {"person_id": "nobody", "it": None},
    ]
    with pytest.raises(ZhimaError, match="no time zone"):
        compute(table(*BILLS), declared, as_of=dt.datetime(2025, 6, 1))


def test_spark_gives_the_same_numbers() -> None:
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if shutil.which("java") is None:
        pytest.skip("PySpark needs a Java, and there is none")
    parts = [
        {"aggregate": "streak", "part": {"days_late": {"max": 0}}},
        {"aggregate": "volatility", "of": "amount_fen"},
        {"aggregate": "last", "of": "amount_fen"},
        {"aggregate": "distinct", "of": "month"},
        {"aggregate": "trend", "of": "days_late"},
    ]
    features = [
        catalogue(part).features[0].model_copy(update={"id": f"f{number}"})
        for number, part in enumerate(parts)
    ]
    declared = Catalogue(features=tuple(features))
    rows = [*BILLS, event(3, 4, event_id="wrong", days_late=9), strike(1, "wrong")]
    here, there = (
        compute(table(*rows), declared, as_of=AS_OF, engine=engine).to_pylist()
        for engine in (Engine.DUCKDB, Engine.SPARK)
    )
    assert here == there
