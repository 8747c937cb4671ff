"""How good a card of integer points is beside black and glass boxes, on the same folds.

    python benchmarks/quality.py [--only german,taiwan,gmsc,berka,otc] [--quick] [--json FILE]

`--quick` takes one split of five tables, 2,000 rows at most of each, and an EBM of few rounds; what
it finds is not what docs/performance.md speaks of. `--json FILE` writes
{table: {contender: {auc, ks, brier}}}. Tables that are not in ZHIMA_DATA are named and left out;
when none is there, one of made-up people takes their place.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace

import _berka
import _otc
import numpy as np
from _contenders import CONTENDERS, QUICK, SHORT_EBM, Contender
from _figures import at_least_one, writable, write
from _tables import DATA, QUICK_ROWS, TABLES, Task, made

from zhima.engine.scorecard import measures

Measures = dict[str, dict[str, float]]
"""Contender to measure to mean over the splits."""
WRITTEN = ("auc", "ks", "brier")

TASKS = {
    **TABLES,
    "berka_raw": _berka.from_transactions,
    "otc": _otc.with_friends,
    "otc_alone": _otc.without_friends,
    "made": made,
}
REAL = [name for name in TASKS if name != "made"]
IN_SHORT = ["german", "taiwan", "gmsc", "berka", "otc"]
GOALS = {
    "german": "lightgbm + .007",
    "taiwan": "lightgbm - .001",
    "gmsc": "lightgbm",
    "berka": ".945",
    "berka_raw": "lightgbm",
    "otc": ".70",
    "made": "lightgbm",
}
ANCHORS = {
    "german": "lightgbm .785-.791, optbinning .798",
    "taiwan": "lightgbm .7845, EBM .777, with pairs .783",
    "gmsc": "lightgbm .866",
    "berka": "forest .942, getML .9465",
    "otc": "fairness-goodness .640",
}


def run(name: str, task: Task, contenders: dict[str, Contender]) -> Measures:
    """Every contender on every split, interleaved; means over the splits."""
    found: dict[str, list[dict[str, float]]] = {contender: [] for contender in contenders}
    for number, (seen, rest) in enumerate(task.splits, start=1):
        train, test = task.table.take(seen), task.table.take(rest)
        bad = test[task.target].to_numpy().astype(np.float64)
        for contender, learn in contenders.items():
            started = time.perf_counter()
            p_bad = np.clip(learn(train, test, task.target), 0, 1)
            seconds = time.perf_counter() - started
            found[contender].append(
                {
                    "auc": measures.auc(bad, p_bad),
                    "ks": measures.ks(bad, p_bad),
                    "brier": measures.brier(bad, p_bad),
                    "seconds": seconds,
                }
            )
        print(f"  {name} {number}/{len(task.splits)}", file=sys.stderr, flush=True)
    return {
        contender: {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
        for contender, rows in found.items()
    }


def show(name: str, found: Measures) -> None:
    goal, seen = GOALS.get(name, "none"), ANCHORS.get(name, "none")
    print(f"\n{name}   goal: {goal}   published or seen: {seen}")
    print(f"  {'':20}{'AUC':>8}{'KS':>8}{'Brier':>8}{'first -':>9}{'s a fit':>9}")
    for contender, row in found.items():
        gap = next(iter(found.values()))["auc"] - row["auc"]
        print(
            f"  {contender:20}{row['auc']:8.4f}{row['ks']:8.4f}{row['brier']:8.4f}"
            f"{gap:+9.4f}{row.get('seconds', 0.0):9.1f}",
            flush=True,
        )


def measured(name: str, chosen: argparse.Namespace) -> Measures | None:
    """One table's measures; None, and a word, when its data is not there."""
    try:
        task = TASKS[name](chosen.quick)
    except FileNotFoundError as error:
        print(f"\n{name}: left out, the data is not there ({error.filename or error})", flush=True)
        return None
    known = QUICK if chosen.quick else CONTENDERS
    contenders = {contender: known[contender] for contender in chosen.contenders}
    return run(name, replace(task, splits=task.splits[: chosen.splits]), contenders)


def tables(chosen: argparse.Namespace) -> Iterator[tuple[str, Measures]]:
    """Each table that is there, or the one that always is."""
    some = False
    for name in chosen.only:
        found = measured(name, chosen)
        if found is not None:
            some = True
            yield name, found
    if not some:
        print(f"\nNone of these tables is in {DATA}: made-up people instead (ZHIMA_DATA names it).")
        yield "made", measured("made", chosen) or {}


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = ", ".join(repr(name) for name in names if name not in TASKS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no table is called {unknown}; use {', '.join(TASKS)}")
    return names


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=_names, help="tables, with commas between them")
    parser.add_argument("--quick", action="store_true", help="under a minute: less of everything")
    parser.add_argument("--splits", type=at_least_one, help="at most so many splits of each table")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=[*CONTENDERS])
    parser.add_argument("--json", type=writable, help="write the measures to this file")
    chosen = parser.parse_args()
    chosen.only = chosen.only or (IN_SHORT if chosen.quick else REAL)
    return chosen


def main() -> None:
    chosen = _arguments()
    warnings.filterwarnings("ignore")
    if chosen.quick:
        less = ", ".join(f"{name} {value}" for name, value in SHORT_EBM.items())
        print(f"quick: one split, tables of at most {QUICK_ROWS:,} rows; ebm with {less}.")
        print("Goals are those of the whole tables and of a whole EBM.")
    results: dict[str, Measures] = {}
    for name, found in tables(chosen):
        results[name] = {
            contender: {key: row[key] for key in WRITTEN} for contender, row in found.items()
        }
        show(name, found)
        write(chosen.json, results)


if __name__ == "__main__":
    main()
