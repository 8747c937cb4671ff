"""Whom a command scores: everybody with events, or with a row in a plain table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.engine.kinds import ZhimaError

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from zhima.cli.progress import Stages
    from zhima.engine.kinds import Finding
    from zhima.engine.network import Ties as MutualTies
    from zhima.engine.score.compose import Scored
    from zhima.engine.score.fit import Policy
    from zhima.engine.score.table import People

EventsFile = Annotated[
    Path | None, typer.Option(help="Events table (Parquet), as `zhima import` writes it.")
]
TableFile = Annotated[
    Path | None, typer.Option(help="Instead of events: one row a person, the card's columns.")
]
IdColumn = Annotated[str, typer.Option("--id", help="Column of the table that tells people apart.")]


@dataclass(frozen=True)
class Population:
    """The files that say who is scored; ZhimaError unless they are events or a table."""

    events: Path | None
    table: Path | None
    id_column: str
    ties: Path | None

    def __post_init__(self) -> None:
        if (self.events is None) == (self.table is None):
            raise ZhimaError("give --events, or --table with --card and --id")

    def policy(
        self,
        rulebook: str,
        at: datetime,
        *,
        rules_of: str | None,
        card: Path | None,
        catalogue: Path | None,
    ) -> Policy:
        """The rules that turn what these files hold into scores as of `at`."""
        from zhima.cli.options import policy_for

        return policy_for(
            rulebook,
            at,
            rules_of=rules_of,
            card=card,
            catalogue=catalogue,
            of_table=self.events is None,
        )

    def scored(
        self,
        policy: Policy,
        at: datetime,
        stages: Stages,
        *,
        engine: str = "duckdb",
        memory_gib: float = 4.0,
    ) -> tuple[Scored, MutualTies]:
        """Everybody's score, and the ties that count; `engine` and memory are for events."""
        from zhima.engine.score.table import score_people

        if self.events is None:
            with stages("table"):
                people = self.people
            return score_people(people, ties=self.ties, policy=policy, as_of=at, stage=stages)
        return _score_events(self.events, self.ties, policy, at, stages, engine, memory_gib)

    def own_events(self, person: str) -> pa.Table:
        """One person's events, to which others can be added."""
        from zhima.engine.score.population import person_events

        if self.events is None:
            raise ZhimaError(
                "only --events take one more event; of a row of a table --set a column"
            )
        return person_events(self.events, person)

    @cached_property
    def people(self) -> People:
        """The people of the table; ValueError where there are only events."""
        from zhima.engine.score.table import read_people

        if self.table is None:
            raise ValueError("there is no table")
        return read_people(self.table, self.id_column)

    def set_aside(self, ties: MutualTies) -> tuple[Finding, ...]:
        """Say how many rows of the table and of the ties do not count, and why; returns them."""
        from zhima.cli.progress import counted

        rows = () if self.table is None else self.people.findings
        counted(Counter(finding.reason for finding in rows), what="rows")
        counted(ties.counts, what="tie records")
        return (*rows, *ties.findings)


def _score_events(
    events: Path,
    ties: Path | None,
    policy: Policy,
    at: datetime,
    stages: Stages,
    engine: str,
    memory_gib: float,
) -> tuple[Scored, MutualTies]:
    from zhima.engine.features.batch import Engine, Limits
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
