"""What a card is worth: on people it has not seen, over time, between groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.model_selection import StratifiedKFold

from zhima.engine.files import require_columns
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import columns, measures, sample
from zhima.engine.scorecard.apply import apply
from zhima.engine.scorecard.card import Card, Direction
from zhima.engine.scorecard.fit import fit_sample, require_trainer
from zhima.engine.scorecard.recipe import BLEND, Progress, Settings

Floats = npt.NDArray[np.float64]
MOST_GROUPS = 50
"""Rows of a table of fairness."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Outcomes beside the points and probabilities that a card gave."""

    bad: Floats
    points: npt.NDArray[np.int32]
    p_bad: Floats
    card: Card
    """The card applied; after cross-validation the one of the last fold."""
    how: str
    """In words, which rows these are."""

    def measures(self) -> dict[str, float]:
        return measures.all_measures(self.bad, self.p_bad)


def judge(card: Card, table: pa.Table, target: str) -> Judged:
    """Apply a card to a table with outcomes."""
    bad = sample.outcome(columns.column(table, target), target)
    points = apply(card, table).total
    how = "rows of the table given; had the card been fitted on them, that would flatter it"
    return Judged(bad, points, card.scale.p_bad(points), card, how)


def cross_validate(
    table: pa.Table,
    target: str,
    *,
    folds: int = 5,
    seed: int = 0,
    trainer: str = BLEND,
    directions: Mapping[str, Direction] | None = None,
    ignore: tuple[str, ...] = (),
    progress: Progress = lambda stage: None,
) -> Judged:
    """Judge every row by a card fitted without its fold; folds keep the share of bad ones."""
    require_trainer(trainer)
    require_columns(table, tuple(directions or {}), "the table")
    # Admitted once, with all rows: a fold may hide that a column varies, and hold few of the rarer.
    usable = sample.read(table, target, ignore=ignore)
    bad = usable.bad
    fewest = int(min(bad.sum(), len(bad) - bad.sum()))
    if not 2 <= folds <= fewest:
        raise ZhimaError(
            f"{folds} folds asked for; between 2 and {fewest} are possible here, "
            f"as there are {fewest:,} rows of the rarer outcome"
        )
    settings = Settings(trainer, directions=directions, seed=seed)
    points = np.zeros(len(bad), dtype=np.int32)
    p_bad = np.zeros(len(bad))
    for number, (seen, rest) in enumerate(_parts(bad, folds, seed), start=1):
        progress(f"fold {number} of {folds}")
        card = fit_sample(usable.rows(seen), target, settings=settings).card
        points[rest] = apply(card, usable.table.take(rest)).total
        p_bad[rest] = card.scale.p_bad(points[rest])
    return Judged(bad, points, p_bad, card, "rows, each judged by a card fitted without it")


def benchmark(
    table: pa.Table, target: str, *, directions: Mapping[str, Direction], seed: int = 0
) -> Floats:
    """Probability of bad by untuned LightGBM, monotone where declared, in five folds, shape (n,).

    The permanent benchmark: every report says how far the card is from it. Without a column that
    can tell anything it says the same of everybody.
    """
    usable = sample.examined(table, target)
    p_bad = np.full(len(usable.bad), usable.bad.mean())
    if not usable.kinds:
        return p_bad
    for seen, rest in _parts(usable.bad, 5, seed):
        p_bad[rest] = _boosted_trees(usable.rows(seen), usable.rows(rest), directions)
    return p_bad


def _parts(
    bad: Floats, folds: int, seed: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    yield from splitter.split(bad, bad)


def _boosted_trees(
    seen: sample.Sample, rest: sample.Sample, directions: Mapping[str, Direction]
) -> Floats:
    from lightgbm import LGBMClassifier

    signs = {"increasing": -1, "decreasing": 1, "any": 0}
    train, names = _tree_matrix(seen, None)
    test, _ = _tree_matrix(rest, names)
    model = LGBMClassifier(
        monotone_constraints=[signs[directions.get(name, "any")] for name in seen.kinds],
        deterministic=True,
        random_state=0,
        n_jobs=2,
        verbose=-1,
    )
    levels = [i for i, kind in enumerate(seen.kinds.values()) if kind == "categorical"]
    model.fit(train, seen.bad, categorical_feature=levels)
    return np.asarray(model.predict_proba(test)[:, 1])


def by_group(
    judged: Judged, group: pa.Array, name: str, *, p_bad_limit: float
) -> list[dict[str, float | str]]:
    """Fairness by group: people, share of bad, accepted share, AUC, error rates (fairlearn).

    Accepted means a probability of bad below `p_bad_limit`. Beyond MOST_GROUPS, the smaller ones
    count together.
    """
    from fairlearn.metrics import (
        MetricFrame,
        false_negative_rate,
        false_positive_rate,
        selection_rate,
    )

    said = _groups(group, name)
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


def _groups(group: pa.Array, name: str) -> npt.NDArray[np.object_]:
    """The group of each row in words."""
    codes, names = columns.levels(group, name)
    rows = np.bincount(codes[codes >= 0], minlength=len(names))
    shown = np.argsort(-rows, kind="stable")[:MOST_GROUPS].tolist()
    rest = f"{len(names) - len(shown):,} smaller groups"
    words = [rest] * len(names)
    for place in shown:
        words[place] = names[place]
    return np.array([*words, "missing"], dtype=object)[codes]


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
        codes, names = columns.levels(array, name)
        found[name] = names if known is None else known[name]
        place = {level: float(i) for i, level in enumerate(found[name])}
        lookup = np.array([*(place.get(level, np.nan) for level in names), np.nan])
        out.append(lookup[codes])
    return np.column_stack(out), found
