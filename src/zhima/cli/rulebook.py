"""`zhima rulebook`: copy and check a rulebook, compare two, look back with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import AsOf, CardFile, CatalogueFile, RulesOf, Ties, moment, writes
from zhima.cli.papers.command import paper
from zhima.cli.population import EventsFile, IdColumn, Population, TableFile
from zhima.engine.kinds import ZhimaError

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from zhima.engine.doors.backtest import Group
    from zhima.engine.doors.compare import Comparison

rulebook = typer.Typer(no_args_is_help=True, help="Copy, check, compare and back-test rulebooks.")

rulebook.command("paper")(paper)

Name = Annotated[str, typer.Argument(help="open, gdpr, zhima-2018, or a YAML file")]


@rulebook.command("copy")
def copy_command(
    name: Name,
    out: Annotated[
        Path, typer.Argument(callback=writes(".yaml"), help="Your rulebook; its name is its id.")
    ],
) -> None:
    """Write a rulebook as one of your own, with the cards and the catalogue it names beside it."""
    from zhima.engine.rulebook.copying import copy

    for path in copy(name, out):
        print(path)


@rulebook.command("check")
def check_command(name: Name) -> None:
    """Load a rulebook on every day on which it changes; name file, line and reason if it is bad."""
    from zhima.engine.rulebook import check
    from zhima.engine.score.fit import load_policy

    for loaded in check(name):
        load_policy(name, as_of=loaded.rules.as_of)
        print(f"{loaded.rules.as_of}  {loaded.name}  {len(loaded.rules.doors)} doors  fine")


@rulebook.command("diff")
def diff(
    before: Name,
    after: Name,
    as_of: AsOf,
    events: EventsFile = None,
    table: TableFile = None,
    id_column: IdColumn = "person_id",
    ties: Ties = None,
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", callback=writes(".parquet", ".csv"), help="One row a person."),
    ] = None,
) -> None:
    """Score the same people under two rulebooks: who gains, who loses, which doors move.

    From --events, or from a plain --table with a card that was fitted on such a table. Exit code
    3: done, but rows of the table or of the ties do not count.
    """
    from zhima.cli.progress import Stages
    from zhima.engine.doors.compare import compare
    from zhima.engine.files import write_table

    people, at, stages = Population(events, table, id_column, ties), moment(as_of), Stages()
    scorings = []
    for name in (before, after):
        policy = people.policy(name, at, rules_of=rules_of, card=card, catalogue=catalogue)
        print(policy.rulebook.name)
        scorings.append(people.scored(policy, at, stages))
    comparison = compare(*(scored for scored, _ in scorings))
    _print(comparison)
    if out is not None:
        write_table(comparison.table(), out)
    if people.set_aside(scorings[0][1]):
        raise typer.Exit(3)


@rulebook.command("backtest")
def backtest_command(
    name: Name,
    as_of: AsOf,
    events: EventsFile = None,
    table: TableFile = None,
    id_column: IdColumn = "person_id",
    outcomes: Annotated[
        Path | None, typer.Option(help="Outcomes table: person_id, as_of, bad.")
    ] = None,
    target: Annotated[
        str, typer.Option(help="Instead: the column of the table that says who was bad.")
    ] = "bad",
    ties: Ties = None,
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
) -> None:
    """Score people as of a day and look at what came after: bad shares by band and door.

    From --events with --outcomes, or from a plain --table whose column --target says what came.
    Exit code 3: done, but rows of the table or of the ties do not count.
    """
    from zhima.cli.progress import Stages
    from zhima.engine.doors.backtest import backtest

    people, at = Population(events, table, id_column, ties), moment(as_of)
    policy = people.policy(name, at, rules_of=rules_of, card=card, catalogue=catalogue)
    ended = _ended(people, outcomes, target, at)
    scored, mutual = people.scored(policy, at, Stages())
    found = backtest(scored, ended)
    print(f"{policy.rulebook.name}: {found.people:,} people, {found.bad:,} bad")
    print(f"AUC {found.auc:.4f}, of own points alone {found.auc_own:.4f}\n")
    print(f"{'band':<14}{'people':>9}{'bad':>9}{'share':>9}")
    for band in found.bands:
        print(f"{band.name:<14}{band.people:>9,}{band.bad:>9,}{_share(band):>9}")
    print(f"\n{'door':<22}{'open to':>9}{'bad share':>11}{'not open to':>13}{'bad share':>11}")
    for is_open, other in found.doors:
        print(
            f"{is_open.name:<22}{is_open.people:>9,}{_share(is_open):>11}"
            f"{other.people:>13,}{_share(other):>11}"
        )
    if people.set_aside(mutual):
        raise typer.Exit(3)


def _ended(people: Population, outcomes: Path | None, target: str, at: datetime) -> pa.Table:
    from zhima.engine.events.admission import read_keyed

    if outcomes is not None:
        return read_keyed(outcomes)
    if people.table is None:
        raise ZhimaError("what came after? give --outcomes, or a --table with --target")
    return people.people.outcomes(target, as_of=at)


def _share(group: Group) -> str:
    return "" if group.bad_share is None else f"{group.bad_share:.1%}"


def _print(comparison: Comparison) -> None:
    print(f"{'band':<14}{'people':>9}{'gain':>9}{'lose':>9}{'mean change':>13}{'leave band':>12}")
    for band in comparison.bands:
        print(
            f"{band.band:<14}{band.people:>9,}{band.gain:>9,}{band.lose:>9,}"
            f"{band.mean_change:>+13.1f}{band.out_of_band:>12,}"
        )
    print(f"\n{'door open to':<22}{'before':>13}{'after':>13}")
    for door in comparison.doors:
        counts = (
            "no such door" if n is None else f"{n:,}" for n in (door.open_before, door.open_after)
        )
        print(f"{door.door:<22}" + "".join(f"{count:>13}" for count in counts))
