"""Trainers: each turns a design and outcomes into an additive model on the same cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import numpy.typing as npt
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from zhima.engine.scorecard.additive import Additive, Design, Floats, as_codes, tabulate

Trainer = Callable[..., Additive]

LARGE_ROWS = 5_000
"""From here on trees may be richer: their leaves still hold enough rows."""
BAGS = 4


def boosted(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Bagged boosted trees, each on one main effect or, afterwards, on one pair (LightGBM).

    Interaction constraints keep every tree inside one group, so that the sum is exactly additive.
    """
    large = len(bad) >= LARGE_ROWS
    mains = design.main_part()
    main_setting = _tree_setting(len(bad), leaves=4 if large else 3, share=0.2, rate=0.03)
    main_setting["monotone_constraints"] = list(design.signs)
    main_trees = [
        _trees(mains, bad, main_setting, rounds=800 if large else 150, seed=seed + bag)
        for bag in range(BAGS)
    ]
    main_model = tabulate(_mean(main_trees), mains)
    if not design.n_pairs:
        return main_model
    start = main_model.log_odds(mains)
    pair_setting = _tree_setting(len(bad), leaves=6, share=0.5, rate=0.05)
    pair_trees = [
        _trees(
            design, bad, pair_setting, rounds=200 if large else 60, seed=seed + bag, start=start
        )
        for bag in range(BAGS)
    ]
    pair_model = tabulate(_mean(pair_trees), design)
    return Additive(
        main_model.intercept + pair_model.intercept, main_model.mains, pair_model.pairs
    )


def explainable(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Explainable boosting machine (interpret): cyclic boosting, main effects and given pairs."""
    large = len(bad) >= LARGE_ROWS
    model = ExplainableBoostingClassifier(
        feature_types=["continuous"] * len(design.sizes),
        interactions=[tuple(group) for group in design.groups[design.mains :]],
        exclude=[(column,) for column in range(design.mains, len(design.sizes))],
        monotone_constraints=[*design.signs, *[0] * (2 * design.n_pairs)],
        outer_bags=BAGS if large else 2 * BAGS,
        n_jobs=2 if large else 1,
        random_state=seed,
    )
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
    "evidence": evidence,
}


def _tree_setting(rows: int, *, leaves: int, share: float, rate: float) -> dict[str, Any]:
    return {
        "objective": "binary", "verbose": -1, "num_threads": 2 if rows >= LARGE_ROWS else 1, "deterministic": True,
        "force_row_wise": True, "min_data_in_bin": 1, "feature_pre_filter": False,
        "learning_rate": rate, "num_leaves": leaves, "feature_fraction": share,
        "min_data_in_leaf": 50 if rows >= LARGE_ROWS else 15, "lambda_l2": 2.0,
        "bagging_fraction": 0.8, "bagging_freq": 1,
    }  # fmt: skip


def _trees(
    design: Design,
    bad: Floats,
    setting: dict[str, Any],
    *,
    rounds: int,
    seed: int,
    start: Floats | None = None,
) -> lightgbm.Booster:
    groups = design.groups if start is None else design.groups[design.mains :]
    # after the main effects only the pairs' columns may speak
    hidden = 0 if start is None else design.mains
    data = lightgbm.Dataset(design.matrix[:, hidden:], bad, init_score=start)
    constraints = [[column - hidden for column in group] for group in groups]
    return lightgbm.train(
        {**setting, "seed": seed, "interaction_constraints": constraints}, data, rounds
    )


def _mean(models: list[lightgbm.Booster]) -> Callable[[Floats], Floats]:
    def predict(matrix: Floats) -> Floats:
        # a model of pairs alone was trained without the columns of the main effects
        used = matrix[:, matrix.shape[1] - models[0].num_feature() :]
        return np.mean([model.predict(used, raw_score=True) for model in models], axis=0)

    return predict


def _weights_of_evidence(
    codes: npt.NDArray[np.int64], bad: Floats, size: int, order: _Order
) -> Floats:
    """Log-odds of bad against the average, cell by cell, monotone over the ordered cells.

    Every bin is shrunk towards the mean as if twenty average rows were added.
    """
    rows = np.bincount(codes, minlength=size).astype(np.float64)
    bad_rows = np.bincount(codes, bad, minlength=size)
    ordered = slice(0, order.cells)
    block = _monotone_blocks(rows[ordered], bad_rows[ordered], order.sign)
    rows[ordered] = np.bincount(block, rows[ordered])[block]
    bad_rows[ordered] = np.bincount(block, bad_rows[ordered])[block]
    mean = bad.mean()
    rate = (bad_rows + 20 * mean) / (rows + 20)
    return np.log(rate / (1 - rate)) - np.log(mean / (1 - mean))


def _monotone_blocks(rows: Floats, bad_rows: Floats, sign: int) -> npt.NDArray[np.int64]:
    """Which bin each cell falls into after isotonic regression in the better (or given) way."""
    weight = rows + 1e-9
    rate = bad_rows / weight
    place = np.arange(len(rows))
    ways = [sign > 0] if sign else [True, False]
    fits = [IsotonicRegression(increasing=up).fit(place, rate, weight).predict(place) for up in ways]
    best = min(fits, key=lambda fit: float((weight * (rate - fit) ** 2).sum()))
    return np.concatenate([[0], np.cumsum(np.abs(np.diff(best)) > 1e-12)]).astype(np.int64)
