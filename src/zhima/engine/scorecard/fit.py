"""From a table with outcomes to a card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import require_columns
from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.scorecard import measures, sample
from zhima.engine.scorecard.card import Card, Direction, Provenance, Scale
from zhima.engine.scorecard.grid import Grid
from zhima.engine.scorecard.pointing import points_of
from zhima.engine.scorecard.recipe import BLEND, Progress, Settings, learn
from zhima.engine.scorecard.trainers import TRAINERS

TOO_FEW_WRONG = 0.01
"""Of the rarer outcome: a column that errs less often mostly says what came afterwards."""


@dataclass(frozen=True, slots=True)
class FittedCard:
    """A card and what its making showed."""

    card: Card
    weights: Mapping[str, tuple[float, float]]
    """How much each trainer had to say: its main effects, its two-way tables."""
    unseen_p_bad: npt.NDArray[np.float64]
    """Probability of bad of held-out rows, before rounding to points."""
    unseen_rows: npt.NDArray[np.int64]
    doubts: tuple[str, ...] = ()
    """Sentences for whoever fitted it: what looks too good, or that nothing was learned."""


def fit(
    table: pa.Table,
    target: str,
    *,
    name: str = "card",
    trainer: str = BLEND,
    seed: int = 0,
    max_pairs: int | None = None,
    directions: Mapping[str, Direction] | None = None,
    factors: Mapping[str, Factor] | None = None,
    special: Mapping[str, tuple[float, ...]] | None = None,
    ignore: tuple[str, ...] = (),
    scale: Scale | None = None,
    fitted_on: str | None = None,
    progress: Progress = lambda stage: None,
) -> FittedCard:
    """Learn a card from a plain table with one row a case; `target` is 1 for bad.

    `directions` says for a feature whether points increase or decrease with its value; `special`
    names codes to keep apart. The same table, in any order of rows, and seed give the same card.
    Raises ZhimaError for an unusable target, and for names that the table lacks.
    """
    require_trainer(trainer)
    named = {**(directions or {}), **(special or {}), **(factors or {})}
    require_columns(table, tuple(named), "the table")
    return fit_sample(
        sample.read(table, target, ignore=ignore),
        target,
        name=name,
        settings=Settings(trainer, max_pairs, directions, special, seed),
        factors=factors,
        scale=scale,
        fitted_on=fitted_on,
        progress=progress,
    )


def fit_sample(
    as_given: sample.Sample,
    target: str,
    *,
    settings: Settings,
    name: str = "card",
    factors: Mapping[str, Factor] | None = None,
    scale: Scale | None = None,
    fitted_on: str | None = None,
    progress: Progress = lambda stage: None,
) -> FittedCard:
    """`fit` of rows that were read before. At least two of each kind are needed."""
    order = _order(as_given)
    usable = as_given.rows(order)
    learned = learn(usable, settings, progress)
    scale = scale or Scale()
    base, attributes, pairs = points_of(
        learned, scale, directions=settings.directions or {}, factors=factors or {}
    )
    unseen = 1.0 / (1.0 + np.exp(-learned.unseen_log_odds))
    card = Card(
        name=name,
        target=target,
        scale=scale,
        base_points=base,
        attributes=attributes,
        pairs=pairs,
        provenance=Provenance(
            trainer=settings.trainer,
            rows=len(usable.bad),
            bad_rows=int(usable.bad.sum()),
            seed=settings.seed,
            fitted_on=fitted_on,
            measures=_rounded(usable.bad[learned.unseen_rows], unseen),
            left_out=dict(usable.left_out),
        ),
    )
    spoken = learned.weights.reshape(-1, 2).tolist()
    weights = {name: (a, b) for name, (a, b) in zip(learned.trainers, spoken, strict=True)}
    doubts = tuple(_doubts(card, learned.grid, usable.bad))
    return FittedCard(card, weights, unseen, order[learned.unseen_rows], doubts)


def _doubts(card: Card, grid: Grid, bad: npt.NDArray[np.float64]) -> Iterator[str]:
    if not any(card.items()):
        yield "no column tells the bad from the good: the card gives everybody the same points"
    rarer = min(bad.sum(), len(bad) - bad.sum())
    for axis, codes in zip(grid.axes, grid.codes.T, strict=True):
        rows = np.bincount(codes, minlength=axis.n_cells)
        bad_rows = np.bincount(codes, bad, minlength=axis.n_cells)
        wrong = np.minimum(bad_rows, rows - bad_rows).sum()
        # many cells of few rows are pure by chance
        if wrong <= TOO_FEW_WRONG * rarer and 2 * np.count_nonzero(rows) <= rarer:
            yield (
                f"{axis.feature} alone tells the bad from the good: is it known before the "
                f"outcome is? If not, leave it out with --ignore"
            )


def require_trainer(trainer: str) -> None:
    """Raise ZhimaError when no trainer has that name."""
    if trainer not in {BLEND, *TRAINERS}:
        raise ZhimaError(f"no trainer is called {trainer}; use {', '.join([BLEND, *TRAINERS])}")


def _order(usable: sample.Sample) -> npt.NDArray[np.int64]:
    """An order of rows that depends on what they say alone, so that folds do too."""
    # Names are the user's, those of sort keys are not.
    said = [*usable.table.columns, pa.array(usable.bad)]
    plain = pa.table(said, names=[str(place) for place in range(len(said))])
    keys = [(name, "ascending") for name in plain.column_names]
    return pc.sort_indices(plain, sort_keys=keys).to_numpy().astype(np.int64)


def _rounded(bad: npt.NDArray[np.float64], p_bad: npt.NDArray[np.float64]) -> dict[str, float]:
    return {key: round(value, 6) for key, value in measures.all_measures(bad, p_bad).items()}
