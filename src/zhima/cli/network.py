"""`zhima network`: the friends' part alone, on files of own points and ties."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import AsOf, RulebookName, moment, writes

if TYPE_CHECKING:
    from zhima.engine.network.files import Neighbourhood

network = typer.Typer(no_args_is_help=True, help="Friends: who gives, who takes, who looks odd.")

Own = Annotated[
    Path, typer.Option(help="People and own points 0..600 (columns person_id, own), any order.")
]
Ties = Annotated[Path, typer.Option(help="Ties table (.parquet or .csv).")]
Person = Annotated[str, typer.Argument(help="The person_id of one person.")]
FINDINGS_EXIT_CODE = 3


@network.command("solve")
def solve(
    own: Own,
    ties: Ties,
    as_of: AsOf,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", callback=writes(".parquet", ".csv"), help="One row a person."),
    ],
    rulebook: RulebookName = "open",
) -> None:
    """Everybody's points with friends, to a thousandth of a point."""
    from zhima.engine.files import write_table

    neighbourhood = _read(own, ties, as_of, rulebook)
    write_table(neighbourhood.table(), out)
    print(f"{neighbourhood.people:,} people, {len(neighbourhood.ties.i):,} ties  ->  {out}")
    _exit_with_findings(neighbourhood)


@network.command("explain")
def explain(
    person: Person, own: Own, ties: Ties, as_of: AsOf, rulebook: RulebookName = "open"
) -> None:
    """What each contact gives one person, or takes; the lines sum to the points."""
    from zhima.engine.network.picture import effect

    neighbourhood = _read(own, ties, as_of, rulebook)
    circle = neighbourhood.circle(person)
    print(f"{'own points':<32}{circle.own:>12.3f}")
    for contact in circle.contacts:
        word, _ = effect(contact.points)
        print(f"{contact.name[:24]:<25}{word:<7}{contact.points:>+12.3f}")
    if circle.missing:
        print(f"{'ties that are not there':<32}{circle.missing:>+12.3f}")
    print(f"{'points':<32}{circle.score:>12.3f}")
    _exit_with_findings(neighbourhood)


@network.command("picture")
def picture(
    person: Person,
    own: Own,
    ties: Ties,
    as_of: AsOf,
    out: Annotated[
        Path, typer.Option("--out", "-o", callback=writes(".svg"), help="An .svg file.")
    ],
    rulebook: RulebookName = "open",
) -> None:
    """One person's circle as an SVG: jade gives, brick takes."""
    from zhima.engine.files import atomic
    from zhima.engine.network.picture import circle_svg

    neighbourhood = _read(own, ties, as_of, rulebook)
    circle = neighbourhood.circle(person)
    drawing = circle_svg(
        person,
        own=circle.own,
        score=circle.score,
        contacts=circle.contacts,
        missing=circle.missing,
    )
    with atomic(out) as temporary:
        temporary.write_text(drawing, encoding="utf-8")
    print(f"{person}: {len(circle.contacts)} contacts  ->  {out}")
    _exit_with_findings(neighbourhood)


@network.command("audit")
def audit(
    own: Own,
    ties: Ties,
    as_of: AsOf,
    trusted: Annotated[
        Path, typer.Option(help="People known to be real: a table with a column person_id.")
    ],
    rulebook: RulebookName = "open",
    most: Annotated[int, typer.Option(help="Regions to print.", min=1)] = 20,
) -> None:
    """Regions that hang on to the rest by few ties, the oddest first: where to look."""
    neighbourhood = _read(own, ties, as_of, rulebook)
    regions = neighbourhood.suspects(trusted)
    print(f"{'people':>8}{'ties':>9}{'gates':>7}{'conductance':>13}{'can gain':>10}  first members")
    for region in regions[:most]:
        names = ", ".join(neighbourhood.names(region.people[:4]))
        print(
            f"{len(region.people):>8,}{region.inside_ties:>9,}{region.gates:>7,}"
            f"{region.conductance:>13.4f}{region.most_gain_points:>10.1f}  {names}"
        )
    _exit_with_findings(neighbourhood)


def _read(own: Path, ties: Path, as_of: str, rulebook: str) -> Neighbourhood:
    from zhima.cli.progress import Stages
    from zhima.engine.network.files import read_neighbourhood
    from zhima.engine.rulebook import load

    at: datetime = moment(as_of)
    friends = load(rulebook, as_of=at.date()).rules.friends
    with Stages()("own points and ties"):
        return read_neighbourhood(
            own,
            ties,
            as_of=at,
            weight=friends.weight,
            capacity=friends.capacity,
            missing=friends.missing.value,
            caps=friends.tie_caps,
            ramp_days=friends.ramp_days,
        )


def _exit_with_findings(neighbourhood: Neighbourhood) -> None:
    from zhima.cli.progress import counted

    if counted(neighbourhood.ties.counts, what="ties"):
        raise typer.Exit(FINDINGS_EXIT_CODE)
