"""From a table with outcomes to a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.scorecard import measures, sample
from zhima.engine.scorecard.card import Card, Direction, Provenance, Scale
from zhima.engine.scorecard.pointing import points_of
from zhima.engine.scorecard.recipe import BLEND, Progress, Settings, learn
from zhima.engine.scorecard.trainers import TRAINERS


@dataclass(frozen=True, slots=True)
class FittedCard:
    """A card and what its making showed."""

    card: Card
    weights: Mapping[str, tuple[float, float]]
    """How much each trainer had to say: its main effects, its two-way tables."""
    unseen_p_bad: npt.NDArray[np.float64]
    """Probability of bad of held-out rows, before rounding to points."""
    unseen_rows: npt.NDArray[np.int64]


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
    _check_names(table, trainer, {**(directions or {}), **(special or {}), **(factors or {})})
    settings = Settings(trainer, max_pairs, directions, special, seed)
    as_given = sample.read(table, target, ignore=ignore)
    order = _order(as_given)
    usable = as_given.rows(order)
    learned = learn(usable, settings, progress)
    scale = scale or Scale()
    base, attributes, pairs = points_of(
        learned, scale, directions=directions or {}, factors=factors or {}
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
            trainer=trainer,
            rows=len(usable.bad),
            bad_rows=int(usable.bad.sum()),
            seed=seed,
            fitted_on=fitted_on,
            measures=_rounded(usable.bad[learned.unseen_rows], unseen),
            left_out=dict(usable.left_out),
        ),
    )
    spoken = learned.weights.reshape(-1, 2).tolist()
    weights = {name: (a, b) for name, (a, b) in zip(learned.trainers, spoken, strict=True)}
    return FittedCard(card, weights, unseen, order[learned.unseen_rows])


def _check_names(table: pa.Table, trainer: str, named: Mapping[str, object]) -> None:
    if trainer not in {BLEND, *TRAINERS}:
        raise ZhimaError(f"no trainer is called {trainer}; use {', '.join([BLEND, *TRAINERS])}")
    unknown = [name for name in named if name not in table.column_names]
    if unknown:
        raise ZhimaError(
            f"the table lacks the column {', '.join(unknown)}; "
            f"it has {', '.join(table.column_names)}"
        )


def _order(usable: sample.Sample) -> npt.NDArray[np.int64]:
    """An order of rows that depends on what they say alone, so that folds do too."""
    plain = usable.table.append_column("\0bad", pa.array(usable.bad))
    keys = [(name, "ascending") for name in plain.column_names]
    return pc.sort_indices(plain, sort_keys=keys).to_numpy().astype(np.int64)


def _rounded(bad: npt.NDArray[np.float64], p_bad: npt.NDArray[np.float64]) -> dict[str, float]:
    return {key: round(value, 6) for key, value in measures.all_measures(bad, p_bad).items()}
