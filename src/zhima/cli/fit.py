"""`zhima fit`: a card from a table with outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import (
    CatalogueFile,
    HtmlReport,
    Seed,
    moment,
    with_known_outcome,
    writes,
)
from zhima.engine.kinds import ZhimaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from zhima.engine.scorecard.card import Card, Direction
    from zhima.engine.scorecard.fit import FittedCard
    from zhima.engine.scorecard.training import Training


def fit(
    output: Annotated[
        Path, typer.Option("--output", "-o", callback=writes(), help="Card to write (.yaml).")
    ],
    table: Annotated[Path | None, typer.Option(help="Plain table, .csv or .parquet.")] = None,
    target: Annotated[str, typer.Option(help="Column that says who was bad (1).")] = "bad",
    events: Annotated[Path | None, typer.Option(help="Events table; with --outcomes.")] = None,
    features: Annotated[Path | None, typer.Option(help="Features by person_id.")] = None,
    outcomes: Annotated[Path | None, typer.Option(help="person_id, as_of, bad.")] = None,
    catalogue: CatalogueFile = None,
    trainer: Annotated[str, typer.Option(help="blend, or one of its parts.")] = "blend",
    seed: Seed = 0,
    max_pairs: Annotated[int | None, typer.Option(min=0, help="Two-way tables at most.")] = None,
    directions: Annotated[
        Path | None, typer.Option(help="YAML: feature: increasing | decreasing.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Columns to leave out.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Group for the fairness table; never in the card.")
    ] = None,
    report: HtmlReport = None,
    fitted_on: Annotated[
        str | None, typer.Option(help="Day to note in the card, as 2026-09-01.")
    ] = None,
) -> None:
    """Learn a card of integer points: --table T --target y, or --events E --outcomes O.

    From events, each outcome sees only what was known before it; directions and factors are those
    of the catalogue. --features F --outcomes O takes features that were computed before.
    """
    from zhima.cli.progress import announced
    from zhima.engine.scorecard import card_file
    from zhima.engine.scorecard import fit as room

    with announced("Reading"):
        training = _training(table, target, events, features, outcomes, catalogue)
    aside = (*(ignore or ()), *([group] if group else ()))
    _require_named(training.table, target, aside, table)
    data = with_known_outcome(training.table, target)
    with announced("Fitting") as progress:
        fitted = room.fit(
            data,
            target,
            name=output.stem,
            trainer=trainer,
            seed=seed,
            max_pairs=max_pairs,
            directions=_directions(directions) or training.directions,
            factors=training.factors,
            ignore=aside,
            fitted_on=f"{moment(fitted_on, '--fitted-on'):%Y-%m-%d}" if fitted_on else None,
            progress=progress,
        )
        if report:
            progress("report")
            _write_report(fitted, data, target, group, report)
    card_file.save(fitted.card, output)
    _tell(fitted, output, report)


def _require_named(data: pa.Table, target: str, aside: tuple[str, ...], table: Path | None) -> None:
    from zhima.engine.files import require_columns

    require_columns(data, (target, *aside), table or "the table")
    if target in aside:
        raise ZhimaError(f"the target {target} can be neither --group nor --ignore")


def _training(
    table: Path | None,
    target: str,
    events: Path | None,
    features: Path | None,
    outcomes: Path | None,
    catalogue: Path | None,
) -> Training:
    from zhima.engine.events.admission import read_keyed
    from zhima.engine.features.declaration import load_catalogue
    from zhima.engine.files import read_table
    from zhima.engine.scorecard.training import Training, from_events, joined

    match (table, events, features, outcomes):
        case (Path(), None, None, None):
            return Training(read_table(table), {}, {})
        case (None, Path(), None, Path()):
            declared = load_catalogue(catalogue) if catalogue else load_catalogue()
            return from_events(events, read_keyed(outcomes), declared)
        case (None, None, Path(), Path()):
            both = joined(read_keyed(features), read_keyed(outcomes), target=target)
            return Training(both, {}, {})
    raise ZhimaError(
        "give --table with --target, --events with --outcomes, or --features with --outcomes"
    )


def _directions(path: Path | None) -> dict[str, Direction] | None:
    from zhima.engine.scorecard.training import read_directions

    return read_directions(path) if path else None


def _write_report(
    fitted: FittedCard, data: pa.Table, target: str, group: str | None, path: Path
) -> None:
    from zhima.engine.scorecard import report

    report.write(report.of_fit(fitted, data, target, group=group), path)


def _tell(fitted: FittedCard, output: Path, report: Path | None) -> None:
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
    for warning in _protected(card):
        typer.echo(warning)
    for doubt in fitted.doubts:
        typer.echo(f"look: {doubt}")
    if report:
        typer.echo(f"report: {report}")


def _protected(card: Card) -> Iterator[str]:
    """A sentence for each column that no score may use, or that the law protects."""
    from zhima.engine.rulebook.never import barred, forbidden_input
    from zhima.engine.rulebook.protected import grounds, protected_grounds

    for column in card.features():
        content = forbidden_input(column)
        if content:
            yield (
                f"note: no rulebook admits {column} ({content}: {barred()[content].source}); "
                f"fit with --ignore '{column}'"
            )
            continue
        for ground in protected_grounds(column, card.levels(column)):
            seen = grounds()[ground]
            yield (
                f"note: {column} seems to tell {seen.title}, and a rulebook may refuse it: "
                f"{seen.law}; leave it out with --ignore '{column}'"
            )
