"""`zhima score`: everybody's score and receipt from events, ties and a rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import (
    AsOf,
    CardFile,
    CatalogueFile,
    RulebookName,
    RulesOf,
    Ties,
    moment,
    writes,
)
from zhima.cli.population import EventsFile, IdColumn, Population, TableFile

Out = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        callback=writes(".parquet", ".csv"),
        help="Where the scores go (.parquet or .csv).",
    ),
]
ReceiptsFile = Annotated[
    Path | None,
    typer.Option(
        callback=writes(".parquet"),
        help="Where the receipts go; default: beside the scores, *.receipts.parquet.",
    ),
]
EngineName = Annotated[str, typer.Option(help="Where features are computed: duckdb or spark.")]


def score(
    as_of: AsOf,
    out: Out,
    events: EventsFile = None,
    table: TableFile = None,
    id_column: IdColumn = "person_id",
    ties: Ties = None,
    rulebook: RulebookName = "open",
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
    receipts: ReceiptsFile = None,
    engine: EngineName = "duckdb",
    memory_gib: Annotated[
        float, typer.Option(min=0.25, max=65_536, help="Memory for features; more spills.")
    ] = 4.0,
) -> None:
    """Score everybody as of a day; write scores, and receipts that sum exactly to them.

    From --events, or from a plain --table with a card that was fitted on such a table.
    Exit code 3: done, but rows of the table or of the ties were set aside; they are written beside.
    """
    from zhima.cli.progress import Stages
    from zhima.engine.files import write_table
    from zhima.engine.score.population import findings_table, write_scored

    people, at, stages = Population(events, table, id_column, ties), moment(as_of), Stages()
    policy = people.policy(rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue)
    scored, mutual = people.scored(policy, at, stages, engine=engine, memory_gib=memory_gib)
    receipts_path = receipts or out.with_suffix(".receipts.parquet")
    with stages("scores and receipts"):
        lines = write_scored(scored, out, receipts_path)
    print(f"{len(scored.score):,} scores in {out}, {lines:,} receipt lines in {receipts_path}")
    print(f"rulebook {policy.rulebook.name}, card {policy.card.name} {policy.card.sha256[:12]}")
    findings = out.with_suffix(".findings.parquet")
    findings.unlink(missing_ok=True)
    aside = people.set_aside(mutual)
    if aside:
        write_table(findings_table(aside), findings)
        raise typer.Exit(3)
