"""Which two features deserve a two-way table, and where to cut them for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import lightgbm
import numpy as np

from zhima.engine.scorecard.additive import Design, Floats
from zhima.engine.scorecard.trainers import LARGE_ROWS

MAX_PAIRS = 8
MAX_CUTS = 8
MAX_CANDIDATES = 24
"""Features among which pairs are sought; 24 make 276 pairs."""


@dataclass(frozen=True, slots=True)
class CoarsePair:
    """Two columns of a design and the cells after which each is cut."""

    columns: tuple[int, int]
    cuts: tuple[tuple[int, ...], tuple[int, ...]]


def choose(
    design: Design, bad: Floats, start: Floats, *, max_pairs: int, seed: int
) -> list[CoarsePair]:
    """Pairs by what trees on two columns still gain after the main effects in `start`.

    A feature with a declared direction takes no part: a two-way table could turn it around.
    """
    candidates = _candidates(design, start)
    if max_pairs == 0 or len(candidates) < 2:
        return []
    groups = [list(pair) for pair in combinations(candidates, 2)]
    gains = {pair: sum(split[2] for split in splits)
             for pair, splits in _splits(_trees(design, bad, start, groups, seed)).items()}
    best = sorted(gains, key=lambda pair: (-gains[pair], pair))[:max_pairs]
    if not best:
        return []
    refit = _splits(_trees(design, bad, start, [list(pair) for pair in best], seed))
    return [_coarse(pair, refit[pair], design) for pair in best if pair in refit]


def _candidates(design: Design, start: Floats) -> list[int]:
    """Free columns that move the main effects most."""
    free = [column for column in range(design.mains) if design.signs[column] == 0]
    moved = {}
    for column in free:
        codes = np.nan_to_num(design.matrix[:, column], nan=design.sizes[column] - 1).astype(int)
        rows = np.maximum(np.bincount(codes), 1)
        mean = np.bincount(codes, start) / rows - start.mean()
        moved[column] = float((rows * mean**2).sum())
    return sorted(sorted(free, key=lambda column: (-moved[column], column))[:MAX_CANDIDATES])


def _trees(
    design: Design, bad: Floats, start: Floats, groups: list[list[int]], seed: int
) -> lightgbm.Booster:
    large = len(bad) >= LARGE_ROWS
    setting = {
        "objective": "binary", "verbose": -1, "num_threads": 2 if large else 1, "deterministic": True,
        "force_row_wise": True, "min_data_in_bin": 1, "feature_pre_filter": False, "seed": seed,
        "learning_rate": 0.05, "num_leaves": 6, "min_data_in_leaf": 50 if large else 15,
        "lambda_l2": 5.0, "bagging_fraction": 0.8, "bagging_freq": 1,
        "interaction_constraints": groups,
    }  # fmt: skip
    data = lightgbm.Dataset(design.matrix, bad, init_score=start)
    return lightgbm.train(setting, data, 200 if large else 60)


def _splits(model: lightgbm.Booster) -> dict[tuple[int, int], list[tuple[int, int, float]]]:
    """For each pair of columns that share a tree: column, cell below the cut, gain."""
    found: dict[tuple[int, int], list[tuple[int, int, float]]] = defaultdict(list)
    for tree in model.dump_model()["tree_info"]:
        splits = list(_walk(tree["tree_structure"]))
        columns = sorted({split[0] for split in splits})
        if len(columns) == 2:
            found[columns[0], columns[1]] += splits
    return found


def _walk(node: dict[str, Any]) -> Iterator[tuple[int, int, float]]:
    if "split_feature" in node:
        cell = int(np.floor(min(max(node["threshold"], -1.0), 1e6)))
        yield node["split_feature"], cell, node["split_gain"]
        yield from _walk(node["left_child"])
        yield from _walk(node["right_child"])


def _coarse(
    pair: tuple[int, int], splits: list[tuple[int, int, float]], design: Design
) -> CoarsePair:
    first, second = (_best_cuts(column, splits, design.sizes[column]) for column in pair)
    return CoarsePair(pair, (first, second))


def _best_cuts(
    column: int, splits: list[tuple[int, int, float]], size: int
) -> tuple[int, ...]:
    gains: dict[int, float] = defaultdict(float)
    for where, cell, gain in splits:
        # a cut below the first or above the last cell only tells missing from present
        if where == column and 0 <= cell < size - 2:
            gains[cell] += gain
    return tuple(sorted(sorted(gains, key=lambda cell: (-gains[cell], cell))[:MAX_CUTS]))
