"""Trainers: each turns a design and outcomes into an additive model on the same cells."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import lightgbm
import numpy as np
import numpy.typing as npt
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from zhima.engine.scorecard.additive import Additive, Design, Floats, as_codes, tabulate
from zhima.engine.scorecard.smooth import smooth
from zhima.engine.scorecard.trees import grow, is_large

Trainer = Callable[..., Additive]
DEAR_VALUES = 4_000_000
"""Values of a table from which on explainable boosting would take minutes."""


def boosted(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Bagged boosted trees, each on one main effect or, afterwards, on one pair (LightGBM)."""
    return with_pairs(main_effects(design.main_part(), bad, seed=seed), design, bad, seed=seed)


def main_effects(mains: Design, bad: Floats, *, seed: int) -> Additive:
    """The boosted trainer without its pairs; what it leaves unsaid, pairs are sought in."""
    large = is_large(bad)

    def grown(bag: int) -> lightgbm.Booster:
        return grow(
            mains.matrix,
            bad,
            mains.groups,
            seed=seed + bag,
            rounds=400 if large else 150,
            leaves=4 if large else 3,
            rate=0.06 if large else 0.03,
            share=0.2,
            signs=mains.signs,
        )

    return tabulate(_mean(_bagged(grown, _bags(bad))), mains)


def with_pairs(first: Additive, design: Design, bad: Floats, *, seed: int) -> Additive:
    """Main effects and, grown after them on the columns of the pairs alone, two-way tables."""
    if not design.n_pairs:
        return first
    start = first.log_odds(design.main_part())
    columns = design.matrix[:, design.mains :]
    groups = [[2 * pair, 2 * pair + 1] for pair in range(design.n_pairs)]
    rounds = 200 if is_large(bad) else 60

    def grown(bag: int) -> lightgbm.Booster:
        return grow(
            columns,
            bad,
            groups,
            seed=seed + bag,
            rounds=rounds,
            leaves=6,
            rate=0.05,
            share=0.5,
            start=start,
        )

    pairs = tabulate(_mean(_bagged(grown, _bags(bad))), design)
    return Additive(first.intercept + pairs.intercept, first.mains, pairs.pairs)


def explainable(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Explainable boosting machine (interpret): cyclic boosting, main effects and given pairs."""
    large = is_large(bad)
    model = ExplainableBoostingClassifier(
        feature_types=["continuous"] * len(design.sizes),
        interactions=[tuple(group) for group in design.groups[design.mains :]],
        exclude=[(column,) for column in range(design.mains, len(design.sizes))],
        monotone_constraints=[*design.signs, *[0] * (2 * design.n_pairs)],
        # the package's own rate is slower by a half and no better where rows are many
        learning_rate=0.04 if large else 0.015,
        outer_bags=_bags(bad),
        n_jobs=2 if large else 1,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # its plots lack a missing bin; only its tables are used here
        warnings.filterwarnings("ignore", message="Missing values detected")
        warnings.filterwarnings("ignore", message="All-NaN slice")
        model.fit(design.matrix, bad.astype(np.int64))
    return tabulate(model.decision_function, design)


def evidence(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Monotone bins by isotonic regression, weight of evidence, ridge logistic regression.

    Isotonic regression is the optimal monotone binning in least squares (Ayer et al. 1955).
    """
    codes = as_codes(design.matrix[:, : design.mains], design.sizes[: design.mains])
    tables = [
        _weights_of_evidence(
            codes[:, column],
            bad,
            design.sizes[column],
            _Order(design.ordered[column], design.signs[column]),
        )
        for column in range(design.mains)
    ]
    inputs = np.column_stack([table[codes[:, i]] for i, table in enumerate(tables)])
    model = LogisticRegression(C=0.3, max_iter=500, random_state=seed).fit(inputs, bad)
    # evidence counted backwards is noise of a small table
    slopes = np.maximum(model.coef_[0], 0.0)
    scaled = tuple(slope * table for slope, table in zip(slopes, tables, strict=True))
    return Additive(float(model.intercept_[0]), scaled, ())


class _Order(NamedTuple):
    cells: int
    sign: int


TRAINERS: dict[str, Trainer] = {
    "boosted": boosted,
    "explainable": explainable,
    "smooth": smooth,
    "evidence": evidence,
}


def blended(bad: Floats, columns: int) -> tuple[str, ...]:
    """The trainers that the blend asks about a table of so many columns with these outcomes.

    Weight of evidence is steady where rows are few and coarse where they are many; explainable
    boosting is dear, and adds something from a few thousand rows on.
    """
    if not is_large(bad):
        return ("boosted", "smooth", "evidence")
    if len(bad) * columns > DEAR_VALUES:
        return ("boosted", "smooth")
    return ("boosted", "smooth", "explainable")


def _bags(bad: Floats) -> int:
    """A small table needs more of them to be steady."""
    return 4 if is_large(bad) else 8


def _bagged(grown: Callable[[int], lightgbm.Booster], bags: int) -> list[lightgbm.Booster]:
    # one bag a thread: threads inside a tree would wait for each other at every split
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(grown, range(bags)))


def _mean(models: list[lightgbm.Booster]) -> Callable[[Floats], Floats]:
    def predict(matrix: Floats) -> Floats:
        # a model of pairs alone was trained without the columns of the main effects
        used = matrix[:, matrix.shape[1] - models[0].num_feature() :]
        said = [model.predict(used, raw_score=True, num_threads=1) for model in models]
        return np.mean(said, axis=0)

    return predict


def _weights_of_evidence(
    codes: npt.NDArray[np.int64], bad: Floats, size: int, order: _Order
) -> Floats:
    """Log-odds of bad against the average, cell by cell, monotone over the ordered cells.

    Every bin is shrunk towards the mean as if twenty average rows were added.
    """
    rows = np.asarray(np.bincount(codes, minlength=size), dtype=np.float64)
    bad_rows = np.asarray(np.bincount(codes, bad, minlength=size), dtype=np.float64)
    ordered = slice(0, order.cells)
    block = _monotone_blocks(rows[ordered], bad_rows[ordered], order.sign)
    for counts in (rows, bad_rows):
        counts[ordered] = np.bincount(block, counts[ordered])[block]
    mean = bad.mean()
    rate = (bad_rows + 20 * mean) / (rows + 20)
    return np.log(rate / (1 - rate)) - np.log(mean / (1 - mean))


def _monotone_blocks(rows: Floats, bad_rows: Floats, sign: int) -> npt.NDArray[np.int64]:
    """Which bin each cell falls into after isotonic regression in the better (or given) way."""
    if len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    weight = rows + 1e-9
    rate = bad_rows / weight
    place = np.arange(len(rows))
    ways = [sign > 0] if sign else [True, False]
    fits = [
        IsotonicRegression(increasing=up).fit(place, rate, weight).predict(place) for up in ways
    ]
    best = min(fits, key=lambda fit: float((weight * (rate - fit) ** 2).sum()))
    return np.concatenate([[0], np.cumsum(np.abs(np.diff(best)) > 1e-12)]).astype(np.int64)
