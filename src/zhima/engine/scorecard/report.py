"""The HTML report of a card: one file, plots inside, nothing from the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pyarrow as pa

from zhima.engine import files
from zhima.engine.scorecard import columns, measures, plots
from zhima.engine.scorecard.apply import apply, item_labels
from zhima.engine.scorecard.card import Card, NumericAttribute, Pair
from zhima.engine.scorecard.fit import FittedCard
from zhima.engine.scorecard.reasons import Reason, reasons
from zhima.engine.scorecard.validate import Judged, benchmark, by_group, drift, judge, periods

STABILITY_PERIODS = 4
_SHOWN_MEASURES = {
    "auc": "AUC", "gini": "Gini", "ks": "KS", "brier": "Brier", "logloss": "Log loss",
    "ece": "Calibration error",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What the template prints."""

    card: Card
    judged: Judged
    benchmark_auc: float
    """Of boosted trees with the same directions, cross-validated on the same table."""
    groups: list[dict[str, float | str]]
    group: str | None
    score_psi: float | None
    attribute_csi: list[tuple[str, float]]
    stability: list[tuple[str, float]]
    people: list[tuple[int, list[Reason]]]
    """Total points and reasons of a few of those with the fewest points."""
    doubts: tuple[str, ...] = ()
    """What whoever fitted the card should look at."""


def of_fit(fitted: FittedCard, table: pa.Table, target: str, *, group: str | None = None) -> Page:
    """The report of a fit: measures of held-out rows."""
    rows = fitted.unseen_rows
    whole = judge(fitted.card, table, target)
    judged = Judged(
        whole.bad[rows],
        whole.points[rows],
        fitted.unseen_p_bad,
        fitted.card,
        "rows held out while fitting, their probabilities not yet rounded to points",
    )
    rival = _benchmark(fitted.card, table, target)[rows]
    shown = _shown(fitted.card, table, group).take(rows)
    page = _page(judged, shown, rival, group=group, time=None)
    return replace(page, doubts=fitted.doubts)


def of_judgement(
    judged: Judged, table: pa.Table, target: str, *, group: str | None, time: str | None
) -> Page:
    """The report of a validation."""
    rival = _benchmark(judged.card, table, target)
    shown = _shown(judged.card, table, group, time)
    return _page(judged, shown, rival, group=group, time=time)


def _shown(card: Card, table: pa.Table, *more: str | None) -> pa.Table:
    """The columns that a page speaks about."""
    return columns.chosen(table, dict.fromkeys((*card.features(), *filter(None, more))))


def write(page: Page, path: Path) -> None:
    """Render a page into one file, whole or not at all."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    text = environment.get_template("report.html.j2").render(_context(page))
    with files.atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _benchmark(card: Card, table: pa.Table, target: str) -> measures.Floats:
    directions = {
        item.feature: item.direction
        for item in card.attributes
        if isinstance(item, NumericAttribute)
    }
    asked = columns.chosen(table, dict.fromkeys((*card.features(), target)))
    return benchmark(asked, target, directions=directions)


def _page(
    judged: Judged,
    table: pa.Table,
    rival: measures.Floats,
    *,
    group: str | None,
    time: str | None,
) -> Page:
    groups = []
    if group:
        limit = float(np.quantile(judged.p_bad, 1 - judged.bad.mean()))
        groups = by_group(judged, columns.column(table, group), group, p_bad_limit=limit)
    psi, csi, stability = _over_time(judged, table, time)
    return Page(
        card=judged.card,
        judged=judged,
        benchmark_auc=measures.auc(judged.bad, rival),
        groups=groups,
        group=group,
        score_psi=psi,
        attribute_csi=csi,
        stability=stability,
        people=_poorest(judged, table),
    )


def _over_time(
    judged: Judged, table: pa.Table, time: str | None
) -> tuple[float | None, list[tuple[str, float]], list[tuple[str, float]]]:
    if time is None:
        return None, [], []
    when = columns.column(table, time)
    earlier, later = periods(when, count=2)
    found = drift(judged.card, table.take(earlier), table.take(later))
    parts = periods(when, count=STABILITY_PERIODS)
    areas = [
        (str(i), measures.auc(judged.bad[part], judged.p_bad[part]))
        for i, part in enumerate(parts, start=1)
        if 0 < judged.bad[part].sum() < len(part)
    ]
    csi = sorted(found.attribute_csi.items(), key=lambda item: -item[1])
    return found.score_psi, csi, areas


def _poorest(judged: Judged, table: pa.Table) -> list[tuple[int, list[Reason]]]:
    rows = np.argsort(judged.points, kind="stable")[:3]
    features = list(judged.card.features())
    if not features:
        return []
    values = table.select(features).take(rows).to_pylist()
    totals = apply(judged.card, table.select(features).take(rows)).total
    return [
        (int(total), reasons(judged.card, value))
        for total, value in zip(totals, values, strict=True)
    ]


def _context(page: Page) -> dict[str, Any]:
    judged = page.judged
    found = judged.measures()
    return {
        "page": page,
        "card": page.card,
        "numbers": [(title, f"{found[key]:.4f}") for key, title in _SHOWN_MEASURES.items()],
        "rows": f"{int(found['n']):,}",
        "bad_share": f"{judged.bad.mean():.1%}",
        "gap": found["auc"] - page.benchmark_auc,
        "plots": [
            ("ROC", plots.roc(judged.bad, judged.p_bad)),
            ("Calibration", plots.calibrated(judged.bad, judged.p_bad)),
            ("Lift by tenth, riskiest first", plots.lift(judged.bad, judged.p_bad)),
            ("Points of good (jade) and bad (brick)", plots.histogram(judged.points, judged.bad)),
        ],
        "stability": plots.bars(page.stability, "AUC by period", digits=3)
        if page.stability
        else "",
        "attributes": [_attribute(item) for item in page.card.attributes],
        "pairs": [_matrix(pair) for pair in page.card.pairs],
    }


def _attribute(item: Any) -> dict[str, Any]:
    cells = list(zip(item_labels(item), item.cells(), strict=True))
    widest = max(abs(points) for _, points in cells) or 1
    return {
        "name": item.name,
        "range": max(item.cells()) - min(item.cells()),
        "cells": [(label, points, 50 * abs(points) / widest) for label, points in cells],
    }


def _matrix(pair: Pair) -> dict[str, Any]:
    return {
        "name": pair.name,
        "first": pair.first.feature,
        "columns": pair.second.labels(),
        "rows": list(zip(pair.first.labels(), pair.points, strict=True)),
    }
