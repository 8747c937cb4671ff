"""Boosted trees that stay inside groups of columns, so that their sum is additive over groups."""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm

from zhima.engine.scorecard.additive import Floats

LARGE_ROWS = 5_000
"""From here on trees may be richer: their leaves still hold enough rows."""


def is_large(bad: Floats) -> bool:
    """Whether there is much to learn from: rows, of which a rare outcome makes fewer count."""
    rarer = min(float(bad.sum()), float(len(bad) - bad.sum()))
    return min(len(bad), 10 * rarer) >= LARGE_ROWS


def grow(
    matrix: Floats,
    bad: Floats,
    groups: Sequence[Sequence[int]],
    *,
    seed: int,
    rounds: int,
    leaves: int,
    rate: float,
    share: float = 1.0,
    signs: Sequence[int] | None = None,
    start: Floats | None = None,
) -> lightgbm.Booster:
    """Trees for the log-odds of bad, after `start` if given; every tree keeps to one group.

    `share` of the columns is drawn for each tree; `signs` are monotone constraints by column.
    """
    large = is_large(bad)
    setting = {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "min_data_in_bin": 1,
        "feature_pre_filter": False,
        "seed": seed,
        "learning_rate": rate,
        "num_leaves": leaves,
        "feature_fraction": share,
        "min_data_in_leaf": 50 if large else 15,
        "lambda_l2": 2.0,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "interaction_constraints": [list(group) for group in groups],
        **({"monotone_constraints": list(signs)} if signs and any(signs) else {}),
    }
    data = lightgbm.Dataset(matrix, bad, init_score=start)
    return lightgbm.train(setting, data, rounds)
