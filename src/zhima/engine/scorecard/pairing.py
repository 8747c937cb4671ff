"""Which two features deserve a two-way table, and where it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from zhima.engine.scorecard import tallies
from zhima.engine.scorecard.additive import Design, Floats, as_codes
from zhima.engine.scorecard.trees import is_large


@dataclass(frozen=True, slots=True)
class Fineness:
    """How much two-way tables may say."""

    pairs: int
    """Tables at most."""
    parts: int
    """Into which each side of a table is cut, missing aside."""


SMALL, LARGE = Fineness(pairs=16, parts=6), Fineness(pairs=28, parts=12)
MAX_CANDIDATES = 24
"""Features among which pairs are sought; 24 make 276 pairs."""
LEAST_GAIN = 12.0
"""In twice log-likelihood: the best of many cuts gains this much by chance alone."""
RIDGE = 2.0


@dataclass(frozen=True, slots=True)
class CoarsePair:
    """Two columns of a design and the cells after which each is cut."""

    columns: tuple[int, int]
    cuts: tuple[tuple[int, ...], tuple[int, ...]]


def choose(
    design: Design, bad: Floats, start: Floats, *, max_pairs: int | None
) -> list[CoarsePair]:
    """Pairs by what cutting both columns still gains after the main effects in `start`.

    A feature with a declared direction takes no part: a two-way table could turn it around.
    Without `max_pairs`, and in how many parts each side is cut, the rows decide.
    """
    fineness = LARGE if is_large(bad) else SMALL
    most = fineness.pairs if max_pairs is None else max_pairs
    candidates = _candidates(design, start)
    gains = _gains(design, bad, start, candidates)
    worthy = [pair for pair in gains if gains[pair] > LEAST_GAIN]
    best = sorted(worthy, key=lambda pair: (-gains[pair], pair))[:most]
    if not best:
        return []
    codes = as_codes(design.matrix, design.sizes)

    def cuts(column: int) -> tuple[int, ...]:
        return _cuts(codes[:, column], design.sizes[column], fineness.parts)

    return [CoarsePair(pair, (cuts(pair[0]), cuts(pair[1]))) for pair in best]


def _gains(
    design: Design, bad: Floats, start: Floats, candidates: list[int]
) -> dict[tuple[int, int], float]:
    """For each pair of candidates what one cut each way would still gain."""
    codes = as_codes(design.matrix, design.sizes).astype(np.uint16)
    p_bad = 1.0 / (1.0 + np.exp(-start))
    derivatives = (bad - p_bad, p_bad * (1.0 - p_bad))
    gains = {}
    for first, second in combinations(candidates, 2):
        tables = []
        for weight in derivatives:
            table = np.zeros((design.sizes[first], design.sizes[second]))
            tallies.by_two(codes[:, first], codes[:, second], weight, table)
            tables.append(table)
        gains[first, second] = tallies.best_quarters(*tables, RIDGE)
    return gains


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


def _cuts(codes: npt.NDArray[np.int64], size: int, parts: int) -> tuple[int, ...]:
    """Cells after which to cut a column into parts of about equal rows.

    Cuts where the outcome changes most would look better than they are: each is then the best of
    many, and the tables between them follow noise.
    """
    rows = np.bincount(codes, minlength=size)[:-1].astype(np.float64)
    share = (np.cumsum(rows) - rows / 2) / max(rows.sum(), 1.0)
    part = np.minimum((share * parts).astype(np.int64), parts - 1)
    return tuple(np.flatnonzero(np.diff(part)).tolist())
