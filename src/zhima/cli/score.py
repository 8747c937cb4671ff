"""`zhima score`: everybody's score and receipt from events, ties and a rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import (
    AsOf,
    CardFile,
    CatalogueFile,
    Events,
    RulebookName,
    RulesOf,
    Ties,
    moment,
    policy_for,
    writes,
)

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
    events: Events,
    as_of: AsOf,
    out: Out,
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

    Exit code 3: done, but records of the ties table were set aside; they are written beside.
    """
    from zhima.cli.progress import Stages, counted
    from zhima.engine.features.batch import Engine, Limits
    from zhima.engine.files import write_table
    from zhima.engine.kinds import ZhimaError
    from zhima.engine.score.population import (
        findings_table,
        score_population,
        write_scored,
    )

    if engine not in set(Engine):
        raise ZhimaError(f"no engine {engine!r}: choose duckdb or spark")
    at = moment(as_of)
    policy = policy_for(rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue)
    stages = Stages()
    scored, mutual = score_population(
        events=events,
        ties=ties,
        policy=policy,
        as_of=at,
        engine=Engine(engine),
        limits=Limits(memory_gib=memory_gib),
        stage=stages,
    )
    receipts_path = receipts or out.with_suffix(".receipts.parquet")
    with stages("scores and receipts"):
        lines = write_scored(scored, out, receipts_path)
    print(f"{len(scored.score):,} scores in {out}, {lines:,} receipt lines in {receipts_path}")
    print(f"rulebook {policy.rulebook.name}, card {policy.card.name} {policy.card.sha256[:12]}")
    aside = out.with_suffix(".findings.parquet")
    aside.unlink(missing_ok=True)
    if counted(mutual.counts, what="tie records"):
        write_table(findings_table(mutual.findings), aside)
        raise typer.Exit(3)
