"""The tables of the quality benchmark: what to learn from, what to be judged on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.model_selection import StratifiedKFold

QUICK_ROWS = 2_000
DATA = Path(os.environ.get("ZHIMA_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))
Split = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Task:
    """One table, its outcome and the splits every contender gets."""

    table: pa.Table
    target: str
    splits: tuple[Split, ...]


def folds(bad: npt.NDArray[np.int64], repeats: int, at_most: int) -> Iterator[Split]:
    """Five stratified folds, repeated with other seeds, the first so many."""
    for repeat in range(repeats):
        splitter = StratifiedKFold(5, shuffle=True, random_state=repeat)
        for seen, rest in splitter.split(bad, bad):
            if at_most == 0:
                return
            at_most -= 1
            yield seen, rest


def _folded(path: str, target: str, drop: list[str], *, repeats: int) -> Callable[[bool], Task]:
    def task(quick: bool) -> Task:
        table = pq.read_table(DATA / path).drop_columns(drop)
        if quick and table.num_rows > QUICK_ROWS:
            rows = np.random.default_rng(0).permutation(table.num_rows)[:QUICK_ROWS]
            table = table.take(np.sort(rows))
        bad = table[target].to_numpy()
        return Task(table, target, tuple(folds(bad, repeats, 1 if quick else 5 * repeats)))

    return task


BERKA_KEYS = ["loan_id", "account_id", "district_id", "loan_date", "date_max", "date_min", "status"]


def _berka(_quick: bool) -> Task:
    """Fitted on the loans before 1997, judged on those of 1997 and 1998."""
    table = pq.read_table(DATA / "berka/loan_features_682_preloan.parquet")
    early = np.array([text.startswith("train") for text in table["split"].to_pylist()])
    return Task(
        table.drop_columns([*BERKA_KEYS, "split"]),
        "bad",
        ((np.flatnonzero(early), np.flatnonzero(~early)),),
    )


MADE_ROWS = 10_000


def made(quick: bool) -> Task:
    """People who never were, for a machine without the real data: curves, steps, one interaction.

    A fifth of the amounts is missing, and says nothing; a quarter of the people is bad.
    """
    rows, rng = QUICK_ROWS if quick else MADE_ROWS, np.random.default_rng(11)
    income, used, late = rng.lognormal(9, 0.6, rows), rng.beta(1.5, 3, rows), rng.poisson(0.7, rows)
    years, home = rng.integers(0, 30, rows), rng.choice(["rents", "owns", "family"], rows)
    log_odds = 1.2 * used + 0.8 * np.minimum(late, 3) - 1.1 * np.log(income / 8_000)
    log_odds += np.where(years < 3, 0.7, 0) + np.where((home == "rents") & (used > 0.4), 0.9, 0)
    bad = (rng.random(rows) < 1 / (1 + np.exp(2.4 - log_odds))).astype(np.int64)
    columns = {"used": used, "late": late, "years": years, "home": home, "bad": bad}
    told = np.where(rng.random(rows) < 0.2, np.nan, income)
    table = pa.table({"income": told, **columns})
    return Task(table, "bad", tuple(folds(bad, 1, 1 if quick else 5)))


TABLES: dict[str, Callable[[bool], Task]] = {
    "german": _folded("german/german.parquet", "bad", ["creditability"], repeats=5),
    "taiwan": _folded("taiwan_default/taiwan_default.parquet", "has_default", [], repeats=1),
    "gmsc": _folded("gmsc/cs_training.parquet", "SeriousDlqin2yrs", [], repeats=1),
    "berka": _berka,
}
