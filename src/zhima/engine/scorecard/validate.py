"""What a card is worth: on people it has not seen, over time, between groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.model_selection import StratifiedKFold

from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import columns, measures, sample
from zhima.engine.scorecard.apply import apply
from zhima.engine.scorecard.card import Card, Direction
from zhima.engine.scorecard.fit import fit
from zhima.engine.scorecard.recipe import BLEND, Progress

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Outcomes beside the points and probabilities of cards that had not seen them."""

    bad: Floats
    points: npt.NDArray[np.int32]
    p_bad: Floats
    card: Card
    """The card applied; after cross-validation the one of the last fold."""
    benchmark_p_bad: Floats | None = field(default=None)
    """The same rows judged by boosted trees with the same directions, where they were asked."""

    def measures(self) -> dict[str, float]:
        return measures.all_measures(self.bad, self.p_bad)


def judge(card: Card, table: pa.Table, target: str) -> Judged:
    """Apply a card to a table with outcomes."""
    bad = sample.outcome(columns.column(table, target), target)
    points = apply(card, table).total
    return Judged(bad, points, card.scale.p_bad(points), card)


def cross_validate(
    table: pa.Table,
    target: str,
    *,
    folds: int = 5,
    seed: int = 0,
    trainer: str = BLEND,
    directions: Mapping[str, Direction] | None = None,
    benchmark: bool = False,
    progress: Progress = lambda stage: None,
) -> Judged:
    """Judge every row by a card fitted without its fold; folds keep the share of bad ones."""
    usable = sample.read(table, target)
    bad = usable.bad
    fewest = int(min(bad.sum(), len(bad) - bad.sum()))
    if not 2 <= folds <= fewest:
        raise ZhimaError(f"{folds} folds asked for; between 2 and {fewest} are possible here")
    points = np.zeros(len(bad), dtype=np.int32)
    p_bad = np.zeros(len(bad))
    rival = np.zeros(len(bad)) if benchmark else None
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for number, (seen, rest) in enumerate(splitter.split(bad, bad), start=1):
        progress(f"fold {number} of {folds}")
        card = fit(
            table.take(seen), target, seed=seed, trainer=trainer, directions=directions
        ).card
        points[rest] = apply(card, table.take(rest)).total
        p_bad[rest] = card.scale.p_bad(points[rest])
        if rival is not None:
            rival[rest] = boosted_trees(usable.rows(seen), usable.rows(rest), directions or {})
    return Judged(bad, points, p_bad, card, rival)


def boosted_trees(
    seen: sample.Sample, rest: sample.Sample, directions: Mapping[str, Direction]
) -> Floats:
    """Probability of bad by untuned LightGBM, monotone where declared: the permanent benchmark."""
    from lightgbm import LGBMClassifier

    signs = {"increasing": -1, "decreasing": 1, "any": 0}
    train, names = _tree_matrix(seen, None)
    test, _ = _tree_matrix(rest, names)
    model = LGBMClassifier(
        monotone_constraints=[signs[directions.get(name, "any")] for name in seen.kinds],
        categorical_feature=[i for i, k in enumerate(seen.kinds.values()) if k == "categorical"],
        deterministic=True,
        random_state=0,
        n_jobs=2,
        verbose=-1,
    )
    return np.asarray(model.fit(train, seen.bad).predict_proba(test)[:, 1])


def by_group(judged: Judged, group: pa.Array, *, p_bad_limit: float) -> list[dict[str, float | str]]:
    """Fairness by group: people, share of bad, accepted share, AUC, error rates (fairlearn).

    Accepted means a probability of bad below `p_bad_limit`.
    """
    from fairlearn.metrics import (
        MetricFrame,
        false_negative_rate,
        false_positive_rate,
        selection_rate,
    )

    codes, names = columns.levels(group)
    names = [*names, "missing"]
    said = np.array(names, dtype=object)[codes]
    frame = MetricFrame(
        metrics={"accepted": selection_rate, "bad_accepted": false_positive_rate,
                 "good_refused": false_negative_rate},
        y_true=judged.bad == 0,
        y_pred=judged.p_bad < p_bad_limit,
        sensitive_features=said,
    )  # fmt: skip
    rows: list[dict[str, float | str]] = []
    for name in sorted(set(said)):
        inside = said == name
        both = 0 < judged.bad[inside].sum() < inside.sum()
        area = measures.auc(judged.bad[inside], judged.p_bad[inside]) if both else float("nan")
        rows.append(
            {
                "group": name,
                "people": int(inside.sum()),
                "bad": float(judged.bad[inside].mean()),
                "auc": area,
                **{key: float(value) for key, value in frame.by_group.loc[name].items()},
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class Drift:
    """How the later half of a table differs from the earlier one."""

    score_psi: float
    attribute_csi: Mapping[str, float]


def drift(card: Card, earlier: pa.Table, later: pa.Table) -> Drift:
    """PSI of the points in tenths of the earlier period, CSI over the cells of every item."""
    before, after = apply(card, earlier), apply(card, later)
    edges = np.unique(np.quantile(before.total, np.arange(1, 10) / 10))
    counts = [
        np.bincount(np.searchsorted(edges, side.total), minlength=len(edges) + 1).astype(float)
        for side in (before, after)
    ]
    cells = before.cells(), after.cells()
    csi = {
        item.name: _csi(cells[0][:, i], cells[1][:, i], len(item.cells()))
        for i, item in enumerate(card.items())
    }
    return Drift(measures.psi(*counts), csi)


def periods(when: pa.Array, *, count: int) -> list[npt.NDArray[np.int64]]:
    """Rows in order of time, in parts of equal size; ZhimaError when a time is absent."""
    if when.null_count:
        raise ZhimaError(f"the time column is empty in {when.null_count} rows")
    order = pa.compute.sort_indices(when).to_numpy().astype(np.int64)
    return np.array_split(order, count)


def _csi(before: npt.NDArray[np.uint16], after: npt.NDArray[np.uint16], cells: int) -> float:
    return measures.psi(
        np.bincount(before, minlength=cells).astype(float),
        np.bincount(after, minlength=cells).astype(float),
    )


def _tree_matrix(
    rows: sample.Sample, known: dict[str, list[str]] | None
) -> tuple[Floats, dict[str, list[str]]]:
    """Numbers as they are, levels as numbers of the training rows' levels; NaN where absent."""
    found: dict[str, list[str]] = {}
    out = []
    for name, kind in rows.kinds.items():
        array = columns.column(rows.table, name)
        if kind == "numeric":
            values = columns.numbers(array, name).astype(np.float64)
            out.append(np.where(np.isfinite(values), values, np.nan))
            continue
        codes, names = columns.levels(array)
        found[name] = names if known is None else known[name]
        place = {level: float(i) for i, level in enumerate(found[name])}
        lookup = np.array([*(place.get(level, np.nan) for level in names), np.nan])
        out.append(lookup[codes])
    return np.column_stack(out), found
