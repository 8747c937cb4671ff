"""`zhima score`: everybody's score and receipt from events, ties and a rulebook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import (
    AsOf,
    CardFile,
    CatalogueFile,
    RulebookName,
    RulesOf,
    Ties,
    moment,
    policy_for,
    writes,
)

if TYPE_CHECKING:
    from datetime import datetime

    from zhima.cli.progress import Stages
    from zhima.engine.kinds import Finding
    from zhima.engine.network import Ties as MutualTies
    from zhima.engine.score.compose import Scored
    from zhima.engine.score.fit import Policy

EventsFile = Annotated[
    Path | None, typer.Option(help="Events table (Parquet), as `zhima import` writes it.")
]

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
    table: Annotated[
        Path | None, typer.Option(help="Instead of events: one row a person, the card's columns.")
    ] = None,
    id_column: Annotated[
        str, typer.Option("--id", help="Column of the table that tells people apart.")
    ] = "person_id",
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
    from zhima.engine.kinds import ZhimaError
    from zhima.engine.score.population import write_scored

    at, stages = moment(as_of), Stages()
    aside: tuple[Finding, ...] = ()
    match (events, table):
        case (Path(), None):
            policy = policy_for(rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue)
            scored, mutual = _from_events(events, ties, policy, at, stages, engine, memory_gib)
        case (None, Path()):
            policy = policy_for(
                rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue, of_table=True
            )
            scored, mutual, aside = _from_table(table, id_column, ties, policy, at, stages)
        case _:
            raise ZhimaError("give --events, or --table with --card and --id")
    receipts_path = receipts or out.with_suffix(".receipts.parquet")
    with stages("scores and receipts"):
        lines = write_scored(scored, out, receipts_path)
    print(f"{len(scored.score):,} scores in {out}, {lines:,} receipt lines in {receipts_path}")
    print(f"rulebook {policy.rulebook.name}, card {policy.card.name} {policy.card.sha256[:12]}")
    _set_aside(aside, mutual, out.with_suffix(".findings.parquet"))


def _from_table(
    table: Path, id_column: str, ties: Path | None, policy: Policy, at: datetime, stages: Stages
) -> tuple[Scored, MutualTies, tuple[Finding, ...]]:
    from zhima.engine.score.table import score_table

    return score_table(
        table=table, id_column=id_column, ties=ties, policy=policy, as_of=at, stage=stages
    )


def _from_events(
    events: Path,
    ties: Path | None,
    policy: Policy,
    at: datetime,
    stages: Stages,
    engine: str,
    memory_gib: float,
) -> tuple[Scored, MutualTies]:
    from zhima.engine.features.batch import Engine, Limits
    from zhima.engine.kinds import ZhimaError
    from zhima.engine.score.population import score_population

    if engine not in set(Engine):
        raise ZhimaError(f"no engine {engine!r}: choose duckdb or spark")
    return score_population(
        events=events,
        ties=ties,
        policy=policy,
        as_of=at,
        engine=Engine(engine),
        limits=Limits(memory_gib=memory_gib),
        stage=stages,
    )


def _set_aside(findings: tuple[Finding, ...], ties: MutualTies, path: Path) -> None:
    """Write what did not count beside the scores; exit code 3 when there is any."""
    from zhima.cli.progress import counted
    from zhima.engine.files import write_table
    from zhima.engine.score.population import findings_table

    path.unlink(missing_ok=True)
    rows = counted(Counter(finding.reason for finding in findings), what="rows")
    if counted(ties.counts, what="tie records") or rows:
        write_table(findings_table((*findings, *ties.findings)), path)
        raise typer.Exit(3)
