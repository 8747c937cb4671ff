"""The recipe: one way from any sample to one additive model, and to its unseen predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from zhima.engine.scorecard import blend, grid, pairing
from zhima.engine.scorecard.additive import Additive, Design, Floats, as_matrix, mix
from zhima.engine.scorecard.card import Axis, Direction, NumericAxis
from zhima.engine.scorecard.grid import Codes, Grid
from zhima.engine.scorecard.pairing import CoarsePair
from zhima.engine.scorecard.sample import Sample
from zhima.engine.scorecard.trainers import TRAINERS, blended, main_effects, with_pairs
from zhima.engine.scorecard.trees import is_large

BLEND = "blend"
INNER_FOLDS = 5
ENOUGH_UNSEEN = 200
"""Unseen rows of the rarer kind from which the weights of a large table are well known."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a caller may choose; the defaults are the recipe for every table."""

    trainer: str = BLEND
    """blend, or one of the names in TRAINERS."""
    max_pairs: int | None = None
    """None for as many as the rows allow."""
    directions: Mapping[str, Direction] | None = None
    special: Mapping[str, tuple[float, ...]] | None = None
    seed: int = 0

    def trainers(self, sample: Sample) -> tuple[str, ...]:
        """Who takes part for a table."""
        if self.trainer == BLEND:
            return blended(sample.bad, len(sample.kinds))
        return (self.trainer,)


@dataclass(frozen=True, slots=True)
class Learned:
    """An additive model with the cells it speaks about."""

    trainers: tuple[str, ...]
    grid: Grid
    pairs: tuple[CoarsePair, ...]
    model: Additive
    weights: Floats
    """For each trainer of its main effects, then of its pairs."""
    unseen_log_odds: Floats
    """Of the rows that were held out while the weights were found."""
    unseen_rows: npt.NDArray[np.int64]


def learn(sample: Sample, settings: Settings, progress: Progress) -> Learned:
    """Fit every trainer with and without held-out rows, and mix them by what they foresaw."""
    held_out = _folds(sample.bad, settings.seed)
    trainers = settings.trainers(sample)
    foreseen: dict[int, Floats] = {}
    for number, (seen, rest) in enumerate(held_out, start=1):
        progress(f"held-out part {number} of {len(held_out)}")
        said = _foreseen(sample.rows(seen), sample.rows(rest), trainers, settings)
        foreseen.update(zip(rest.tolist(), said, strict=True))
    rows = np.array(sorted(foreseen), dtype=np.int64)
    unseen = np.array([foreseen[row] for row in rows.tolist()])
    shares, intercept = blend.weights(unseen, sample.bad[rows])
    progress("all rows")
    fitted = _fit_all(sample, trainers, settings)
    return Learned(
        trainers,
        fitted.grid,
        fitted.pairs,
        mix(fitted.parts(), shares, intercept),
        shares,
        unseen @ shares + intercept,
        rows,
    )


def coarse_of(size: int, cuts: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """The coarse cell of each fine cell of a column; missing stays the last."""
    coarse = np.searchsorted(np.array(cuts, dtype=np.int64), np.arange(size), side="left")
    coarse[-1] = len(cuts) + 1
    return coarse


@dataclass(frozen=True, slots=True)
class _Fitted:
    grid: Grid
    pairs: tuple[CoarsePair, ...]
    models: tuple[Additive, ...]

    def parts(self) -> list[Additive]:
        """Main effects and pairs apart, so that pairs must earn their place on unseen rows."""
        apart = [model.parts() for model in self.models]
        return [part for parts in apart for part in parts]


def _folds(bad: Floats, seed: int) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Five parts for a small table; of a large one the first that hold enough."""
    rarer = int(min(bad.sum(), len(bad) - bad.sum()))
    parts = min(INNER_FOLDS, rarer)
    folds = StratifiedKFold(parts, shuffle=True, random_state=seed).split(bad, bad)
    return list(folds)[: -(-ENOUGH_UNSEEN * parts // rarer) if is_large(bad) else parts]


def _foreseen(seen: Sample, rest: Sample, trainers: tuple[str, ...], settings: Settings) -> Floats:
    fitted = _fit_all(seen, trainers, settings)
    codes = grid.cells(fitted.grid.axes, rest.table)
    design = _design(fitted.grid, codes, fitted.pairs, settings)
    return np.column_stack([part.log_odds(design) for part in fitted.parts()])


def _fit_all(sample: Sample, trainers: tuple[str, ...], settings: Settings) -> _Fitted:
    cut = grid.cut(sample, settings.special or {})
    mains = _design(cut, cut.codes, (), settings)
    if settings.trainer == "evidence":
        return _Fitted(cut, (), (TRAINERS["evidence"](mains, sample.bad, seed=settings.seed),))
    first = main_effects(mains, sample.bad, seed=settings.seed)
    start = first.log_odds(mains)
    pairs = tuple(pairing.choose(mains, sample.bad, start, max_pairs=settings.max_pairs))
    design = _design(cut, cut.codes, pairs, settings)
    models = tuple(
        with_pairs(first, design, sample.bad, seed=settings.seed)
        if name == "boosted"
        else TRAINERS[name](design, sample.bad, seed=settings.seed)
        for name in trainers
    )
    return _Fitted(cut, pairs, models)


def _design(cut: Grid, codes: Codes, pairs: tuple[CoarsePair, ...], settings: Settings) -> Design:
    sizes = cut.sizes()
    columns = [codes.astype(np.int64)]
    for pair in pairs:
        for column, cuts in zip(pair.columns, pair.cuts, strict=True):
            coarse = coarse_of(sizes[column], cuts)
            columns.append(coarse[codes[:, column]][:, None])
    all_sizes = (*sizes, *(len(cuts) + 2 for pair in pairs for cuts in pair.cuts))
    wanted = settings.directions or {}
    # points rise when the log-odds of bad fall
    signs = {"increasing": -1, "decreasing": 1, "any": 0}
    return Design(
        matrix=as_matrix(np.hstack(columns), all_sizes),
        sizes=all_sizes,
        mains=len(sizes),
        ordered=tuple(_ordered_cells(axis) for axis in cut.axes),
        numeric=tuple(isinstance(axis, NumericAxis) for axis in cut.axes),
        signs=tuple(signs[wanted.get(axis.feature, "any")] for axis in cut.axes),
    )


def _ordered_cells(axis: Axis) -> int:
    return len(axis.edges) + 1 if isinstance(axis, NumericAxis) else len(axis.levels)
