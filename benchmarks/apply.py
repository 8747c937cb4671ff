"""A card of 20 features applied to 10 million rows, and to one person with reasons.

    python benchmarks/apply.py [--quick] [--rows N] [--json FILE]

Ours, numpy, Polars streaming and DuckDB take turns on the same table in memory; medians of the
rounds. Every contender's sum of points must be the same.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from _figures import at_least_one, writable, write

from zhima.engine.scorecard.apply import apply, apply_one
from zhima.engine.scorecard.card import Card, NumericAttribute

FEATURES, BINS, ROUNDS = 20, 12, 5
ONE_PERSON_CALLS = 20_000


def make_card(rng: np.random.Generator) -> Card:
    """Twenty numeric attributes of twelve bins."""
    attributes = [
        NumericAttribute(
            feature=f"f{index}",
            edges=tuple(np.sort(rng.choice(1_000, BINS - 1, replace=False)) / 10),
            points=tuple(rng.integers(-40, 40, BINS).tolist()),
            missing=-5,
        )
        for index in range(FEATURES)
    ]
    return Card(name="bench", target="bad", base_points=250, attributes=tuple(attributes))


def make_table(rng: np.random.Generator, rows: int) -> pa.Table:
    """Uniform numbers, a hundredth of each column absent."""
    columns = {}
    for index in range(FEATURES):
        values = rng.random(rows) * 100
        values[rng.integers(0, rows, rows // 100)] = np.nan
        columns[f"f{index}"] = values
    return pa.table(columns)


def by_ours(card: Card, table: pa.Table) -> int:
    return int(apply(card, table).total.sum(dtype=np.int64))


def by_numpy(card: Card, table: pa.Table) -> int:
    total = np.full(table.num_rows, card.base_points, dtype=np.int32)
    for item in card.attributes:
        values = table[item.feature].to_numpy()
        points = np.array(item.points, dtype=np.int32)
        found = points[np.searchsorted(np.array(item.edges), values, side="right").clip(max=11)]
        total += np.where(np.isnan(values), item.missing, found)
    return int(total.sum(dtype=np.int64))


def by_polars(card: Card, table: pa.Table) -> int:
    frame = pl.from_arrow(table).lazy()
    summed = pl.sum_horizontal([_polars_points(item) for item in card.attributes])
    total = (summed + card.base_points).cast(pl.Int64).sum()
    return int(frame.select(total).collect(engine="streaming").item())


def _polars_points(item: NumericAttribute) -> pl.Expr:
    value = pl.col(item.feature)
    chain = pl.when(value.is_nan()).then(pl.lit(item.missing, pl.Int32))
    for edge, points in zip(item.edges, item.points, strict=False):
        chain = chain.when(value < edge).then(pl.lit(points, pl.Int32))
    return chain.otherwise(pl.lit(item.points[-1], pl.Int32))


def by_duckdb(card: Card, table: pa.Table) -> int:
    cases = " + ".join(_case(item) for item in card.attributes)
    connection = duckdb.connect(config={"threads": 2})
    connection.register("people", table)
    (total,) = connection.execute(
        f"SELECT sum({card.base_points} + {cases}) FROM people"
    ).fetchone()
    return int(total)


def _case(item: NumericAttribute) -> str:
    steps = " ".join(
        f"WHEN {item.feature} < {edge} THEN {points}"
        for edge, points in zip(item.edges, item.points, strict=False)
    )
    return f"CASE WHEN isnan({item.feature}) THEN {item.missing} {steps} ELSE {item.points[-1]} END"


CONTENDERS: dict[str, Callable[[Card, pa.Table], int]] = {
    "ours": by_ours,
    "numpy": by_numpy,
    "polars": by_polars,
    "duckdb": by_duckdb,
}


def one_person_us(card: Card, table: pa.Table) -> float:
    """Median processor microseconds of one person's items, labels and points."""
    person = table.slice(0, 1).to_pylist()[0]
    apply_one(card, person)
    seconds = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(ONE_PERSON_CALLS):
            apply_one(card, person)
        seconds.append((time.process_time() - started) / ONE_PERSON_CALLS)
    return statistics.median(seconds) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2 million rows, three rounds")
    parser.add_argument("--rows", type=at_least_one)
    parser.add_argument("--json", type=writable, help="write the figures to this file")
    chosen = parser.parse_args()
    rows = chosen.rows or (2_000_000 if chosen.quick else 10_000_000)
    rng = np.random.default_rng(7)
    card, table = make_card(rng), make_table(rng, rows)
    by_ours(card, table.slice(0, 100))
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    sums = set()
    for _ in range(3 if chosen.quick else ROUNDS):
        for name, contender in CONTENDERS.items():
            started = time.perf_counter()
            sums.add(contender(card, table))
            seconds[name].append(time.perf_counter() - started)
    if len(sums) != 1:
        sys.exit(f"the contenders disagree: {sums}")
    rates = {name: rows / statistics.median(runs) / 1e6 for name, runs in seconds.items()}
    found = {
        "rows": rows,
        "million_rows_per_second": rates,
        "one_person_us": one_person_us(card, table),
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    print(f"{FEATURES} features, {rows:,} rows; goal 15 M rows/s and not below Polars")
    for name, rate in rates.items():
        print(f"  {name:8}{rate:8.1f} M rows/s   {rate / rates['ours']:6.2f} of ours")
    print(f"  one person with reasons: {found['one_person_us']:.1f} us (goal 10)")
    write(chosen.json, found)


if __name__ == "__main__":
    main()
