"""One person live: her 2,000 events to features, card and receipt, one call after another.

    python benchmarks/live.py [--quick] [--json FILE]

Goal: p99 under 2 ms for the whole; one person's card with reasons alone under 10 microseconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
from _figures import writable, write

EVENTS = 2_000
CONTACTS = 20
AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
KINDS = ("bill.paid", "payment.made", "income.received", "item.returned", "booking.kept")


def one_person(rng: np.random.Generator) -> pa.Table:
    """Two years of one person's events, in no order."""
    from zhima.engine.events.table import EVENTS as SCHEMA

    when = [AS_OF - timedelta(seconds=int(age)) for age in rng.integers(1, 63_072_000, EVENTS)]
    return pa.table(
        {
            "event_id": [f"e{n}" for n in range(EVENTS)],
            "person_id": ["ana"] * EVENTS,
            "kind": rng.choice(KINDS, EVENTS),
            "occurred_at": when,
            "recorded_at": when,
            "amount_fen": rng.integers(1, 100_000, EVENTS),
            "counterparty_id": [f"shop-{n}" for n in rng.integers(0, 50, EVENTS)],
            "context": [f'{{"days_late": {days}}}' for days in rng.integers(-3, 3, EVENTS)],
        }
    ).cast(SCHEMA)


def percentiles(call: Callable[[], object], calls: int) -> dict[str, float]:
    """p50 and p99 of one call in microseconds, after a warm-up."""
    for _ in range(calls // 10):
        call()
    taken = np.empty(calls)
    for index in range(calls):
        started = time.perf_counter()
        call()
        taken[index] = time.perf_counter() - started
    p50, p99 = np.percentile(taken * 1e6, [50, 99])
    return {"p50_us": round(float(p50), 1), "p99_us": round(float(p99), 1)}


def main() -> None:
    """Measure the whole path and its parts."""
    from zhima.engine.features.history import history
    from zhima.engine.features.live import LiveFeatures
    from zhima.engine.score.fit import load_policy
    from zhima.engine.score.live import Contact, LivePerson
    from zhima.engine.scorecard.apply import apply_one

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls")
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    asked = parser.parse_args()
    calls = 500 if asked.quick else 5_000
    rng = np.random.default_rng(0)
    policy = load_policy("open", as_of=date(2026, 9, 1))
    person, features = LivePerson(policy), LiveFeatures(policy.catalogue)
    mine = history(one_person(rng))
    values = features(mine, as_of=AS_OF)
    contacts = [Contact(f"c{n}", 300.0 + n, 0.05) for n in range(CONTACTS)]

    def whole() -> object:
        own = person.own(mine, as_of=AS_OF)
        return person.with_contacts(own, contacts, points=float(own.points))

    result = {
        "features": percentiles(lambda: features(mine, as_of=AS_OF), calls),
        "card with reasons": percentiles(lambda: apply_one(policy.card, values), 10 * calls),
        "features, card, receipt": percentiles(whole, calls),
    }
    goals = {"card with reasons": "p50 < 10", "features, card, receipt": "p99 < 2000"}
    print(f"one person, {EVENTS:,} events, {len(values)} features, {CONTACTS} contacts; us")
    for name, figures in result.items():
        goal = f"goal {goals[name]}" if name in goals else ""
        print(f"  {name:<26}p50 {figures['p50_us']:>8}  p99 {figures['p99_us']:>8}  {goal}")
    write(asked.json, {"live": result})


if __name__ == "__main__":
    main()
