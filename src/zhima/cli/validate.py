"""`zhima validate`: what a card, or the recipe, is worth on a table with outcomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import HtmlReport, Seed, with_known_outcome, writes

if TYPE_CHECKING:
    import pyarrow as pa

    from zhima.engine.scorecard.validate import Judged


def validate(
    table: Annotated[Path, typer.Option(help="Plain table, .csv or .parquet.")],
    target: Annotated[str, typer.Option(help="Column that says who was bad (1).")] = "bad",
    card: Annotated[
        Path | None, typer.Option(help="Card to judge; without it, the recipe.")
    ] = None,
    folds: Annotated[int, typer.Option(help="Parts for cross-validating the recipe.")] = 5,
    trainer: Annotated[str, typer.Option(help="blend, or one of its parts.")] = "blend",
    seed: Seed = 0,
    ignore: Annotated[list[str] | None, typer.Option(help="Columns to leave out.")] = None,
    group: Annotated[str | None, typer.Option(help="Column for the fairness table.")] = None,
    time: Annotated[str | None, typer.Option(help="Column for drift and stability.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", callback=writes(), help="Measures to write.")
    ] = None,
    report: HtmlReport = None,
) -> None:
    """Judge a card (--card) or cross-validate the recipe (--folds): AUC, KS, Brier, calibration."""
    from zhima.engine import files
    from zhima.engine.kinds import ZhimaError
    from zhima.engine.scorecard import report as reporting

    data = files.read_table(table)
    aside = (*(ignore or ()), *filter(None, (group, time)))
    files.require_columns(data, (target, *aside), table)
    if target in aside:
        raise ZhimaError(f"the target {target} can be neither --ignore, --group nor --time")
    data = with_known_outcome(data, target)
    judged = _judged(data, target, card, folds, trainer, seed, aside)
    if report:
        page = reporting.of_judgement(judged, data, target, group=group, time=time)
        reporting.write(page, report)
    found = judged.measures()
    if json_file:
        text = json.dumps(found, indent=2, allow_nan=False)
        with files.atomic(json_file) as temporary:
            temporary.write_text(f"{text}\n", encoding="utf-8")
    for name, value in found.items():
        typer.echo(f"{name:8} {value:.4f}" if name != "n" else f"{name:8} {value:.0f}")


def _judged(
    data: pa.Table,
    target: str,
    card: Path | None,
    folds: int,
    trainer: str,
    seed: int,
    aside: tuple[str, ...],
) -> Judged:
    from zhima.cli.progress import announced
    from zhima.engine.scorecard import card_file
    from zhima.engine.scorecard import validate as room

    if card:
        return room.judge(card_file.load(card), data, target)
    with announced("Cross-validating") as progress:
        return room.cross_validate(
            data,
            target,
            ignore=aside,
            folds=folds,
            seed=seed,
            trainer=trainer,
            progress=progress,
        )
