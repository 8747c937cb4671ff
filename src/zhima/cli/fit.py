"""`zhima fit`: a card from a table with outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.app import app

if TYPE_CHECKING:
    import pyarrow as pa

    from zhima.engine.scorecard.card import Direction


@app.command()
def fit(
    output: Annotated[Path, typer.Option("--output", "-o", help="Card to write (.yaml).")],
    table: Annotated[Path | None, typer.Option(help="Plain table, .csv or .parquet.")] = None,
    target: Annotated[str, typer.Option(help="Column that says who was bad (1).")] = "bad",
    features: Annotated[Path | None, typer.Option(help="Features by person_id.")] = None,
    outcomes: Annotated[Path | None, typer.Option(help="person_id, as_of, bad.")] = None,
    trainer: Annotated[str, typer.Option(help="blend, boosted, explainable, evidence.")] = "blend",
    seed: Annotated[int, typer.Option(help="Same seed, same card.")] = 0,
    max_pairs: Annotated[int, typer.Option(min=0, help="Two-way tables at most.")] = 8,
    directions: Annotated[
        Path | None, typer.Option(help="YAML: feature: increasing | decreasing.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Columns to leave out.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Group for the fairness table; never in the card.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="HTML report to write.")] = None,
    fitted_on: Annotated[str | None, typer.Option(help="Date to note in the card.")] = None,
) -> None:
    """Learn a card of integer points from a table: --table T --target y, or features + outcomes."""
    from zhima.cli.stages import stages
    from zhima.engine import files
    from zhima.engine.scorecard import card_file
    from zhima.engine.scorecard import fit as room

    data = _training_table(table, target, features, outcomes)
    files.require_columns(data, (target, *([group] if group else [])), table or "the table")
    with stages("Fitting") as progress:
        fitted = room.fit(
            data,
            target,
            name=output.stem,
            trainer=trainer,
            seed=seed,
            max_pairs=max_pairs,
            directions=_directions(directions),
            ignore=(*(ignore or ()), *([group] if group else ())),
            fitted_on=fitted_on,
            progress=progress,
        )
        if report:
            progress("report")
            _write_report(fitted, data, target, group, report)
    card_file.save(fitted.card, output)
    _tell(fitted, output, report)


def _training_table(
    table: Path | None, target: str, features: Path | None, outcomes: Path | None
) -> pa.Table:
    from zhima.engine import files
    from zhima.engine.kinds import ZhimaError
    from zhima.engine.scorecard.training import joined

    if table and not (features or outcomes):
        return files.read_table(table)
    if features and outcomes and not table:
        return joined(files.read_table(features), files.read_table(outcomes), target=target)
    raise ZhimaError("give --table with --target, or --features with --outcomes")


def _directions(path: Path | None) -> dict[str, Direction] | None:
    from zhima.engine.scorecard.training import read_directions

    return read_directions(path) if path else None


def _write_report(
    fitted: object, data: pa.Table, target: str, group: str | None, path: Path
) -> None:
    from zhima.engine.scorecard import report
    from zhima.engine.scorecard.fit import FittedCard

    assert isinstance(fitted, FittedCard)
    report.write(report.of_fit(fitted, data, target, group=group), path)


def _tell(fitted: object, output: Path, report: Path | None) -> None:
    from zhima.engine.scorecard.fit import FittedCard

    assert isinstance(fitted, FittedCard)
    card = fitted.card
    seen = card.provenance.measures
    typer.echo(
        f"{output}: {len(card.attributes)} attributes, {len(card.pairs)} two-way tables, "
        f"{sum(len(item.cells()) for item in card.items())} cells"
    )
    typer.echo(
        f"held out: AUC {seen['auc']:.4f}  KS {seen['ks']:.4f}  Brier {seen['brier']:.4f}  "
        f"of {seen['n']:.0f} rows"
    )
    for column, why in card.provenance.left_out.items():
        typer.echo(f"left out: {column} ({why})")
    if report:
        typer.echo(f"report: {report}")
