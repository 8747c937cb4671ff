"""How good a card of integer points is beside black and glass boxes, on the same folds.

`--only german,taiwan,gmsc,berka,otc` chooses tables, `--quick` takes one split of each and at most
6,000 rows, `--json FILE` writes {table: {contender: {auc, ks, brier}}}. Tables that are not in
ZHIMA_DATA are named and skipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import _berka
import _otc
import numpy as np
from _contenders import CONTENDERS
from _tables import TABLES, Task

from zhima.engine.scorecard import measures

Measures = dict[str, dict[str, float]]
"""Contender to measure to mean over the splits."""
WRITTEN = ("auc", "ks", "brier")

TASKS = {
    **TABLES,
    "berka_raw": _berka.from_transactions,
    "otc": _otc.with_friends,
    "otc_alone": _otc.without_friends,
}
GOALS = {
    "german": "lightgbm + .007",
    "taiwan": "lightgbm - .001",
    "gmsc": "lightgbm",
    "berka": ".945",
    "berka_raw": "lightgbm",
    "otc": ".70",
}
ANCHORS = {
    "german": "lightgbm .785-.791, optbinning .798",
    "taiwan": "lightgbm .7845, EBM .777, with pairs .783",
    "gmsc": "lightgbm .866",
    "berka": "forest .942, getML .9465",
    "otc": "fairness-goodness .640",
}


def run(name: str, task: Task, contenders: list[str]) -> Measures:
    """Every contender on every split, interleaved; means over the splits."""
    found: dict[str, list[dict[str, float]]] = {contender: [] for contender in contenders}
    for number, (seen, rest) in enumerate(task.splits, start=1):
        train, test = task.table.take(seen), task.table.take(rest)
        bad = test[task.target].to_numpy().astype(np.float64)
        for contender in contenders:
            started = time.perf_counter()
            p_bad = np.clip(CONTENDERS[contender](train, test, task.target), 0, 1)
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
    print(f"\n{name}   goal: {GOALS.get(name, '')}   seen: {ANCHORS.get(name, '')}")
    print(f"  {'':20}{'AUC':>8}{'KS':>8}{'Brier':>8}{'first -':>9}{'s a fit':>9}")
    for contender, row in found.items():
        gap = next(iter(found.values()))["auc"] - row["auc"]
        print(
            f"  {contender:20}{row['auc']:8.4f}{row['ks']:8.4f}{row['brier']:8.4f}"
            f"{gap:+9.4f}{row.get('seconds', 0.0):9.1f}"
        )


def measured(name: str, chosen: argparse.Namespace) -> Measures | None:
    """One table's measures; None, and a word, when its data is not there."""
    try:
        task = TASKS[name](chosen.quick)
    except FileNotFoundError as error:
        print(f"\n{name}: skipped, the data is not there ({error.filename})")
        return None
    return run(name, replace(task, splits=task.splits[: chosen.splits]), chosen.contenders)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(TASKS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--splits", type=int, help="at most so many splits of each table")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=[*CONTENDERS])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    unknown = set(chosen.only.split(",")) - set(TASKS)
    if unknown:
        parser.error(f"no table is called {', '.join(sorted(unknown))}")
    warnings.filterwarnings("ignore")
    results: dict[str, Measures] = {}
    for name in chosen.only.split(","):
        found = measured(name, chosen)
        if found is not None:
            results[name] = {
                contender: {key: row[key] for key in WRITTEN} for contender, row in found.items()
            }
            show(name, found)
            if chosen.json:
                chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
