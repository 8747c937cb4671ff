"""`zhima what-if`: what one change would do to a person's score."""

from __future__ import annotations

from typing import Annotated

import typer

from zhima.cli.options import AsOf, CardFile, CatalogueFile, RulebookName, RulesOf, Ties, moment
from zhima.cli.population import EventsFile, IdColumn, Population, TableFile
from zhima.engine.kinds import ZhimaError

Adds = Annotated[
    list[str] | None,
    typer.Option(help="Add an event: kind, then key=value parts, e.g. 'bill.paid days_late=0'."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a feature or a column: name=value; no value means missing."),
]
Leaves = Annotated[list[str] | None, typer.Option(help="Leave a contact, by id.")]


def what_if(
    person: Annotated[str, typer.Argument(help="The person's id.")],
    as_of: AsOf,
    events: EventsFile = None,
    table: TableFile = None,
    id_column: IdColumn = "person_id",
    ties: Ties = None,
    rulebook: RulebookName = "open",
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
    add: Adds = None,
    change: Sets = None,
    leave: Leaves = None,
) -> None:
    """Score everybody twice, as things are and with the change, and show what moved.

    From --events, or from a plain --table with a card that was fitted on such a table. Exit code
    3: done, but rows of the table or of the ties do not count.
    """
    from zhima.cli.progress import Stages
    from zhima.engine.score.imagined import imagined_events
    from zhima.engine.score.whatif import Change, row_of
    from zhima.engine.score.whatif import what_if as changed

    people, at = Population(events, table, id_column, ties), moment(as_of)
    policy = people.policy(rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue)
    asked = Change(
        events=imagined_events(person, add, as_of=at) if add else None,
        features=dict(_setting(text) for text in change or []),
        leaves=tuple(leave or ()),
    )
    scored, mutual = people.scored(policy, at, Stages())
    after = changed(
        scored=scored,
        ties=mutual,
        policy=policy,
        person_id=person,
        change=asked,
        own_events=people.own_events(person) if add else None,
    )
    row = row_of(scored.people, person)
    moved = int((scored.score != after.score).sum()) - int(scored.score[row] != after.score[row])
    print(f"{person}: {scored.score[row]} now, {after.score[row]} then")
    print(f"  own points {scored.own[row]} -> {after.own[row]}")
    given = scored.friends_milli[row] / 1000, after.friends_milli[row] / 1000
    print(f"  friends    {given[0]:+.3f} -> {given[1]:+.3f}")
    print(f"  {moved} other people's scores would move with it")
    if people.set_aside(mutual):
        raise typer.Exit(3)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ZhimaError(f"--set {text!r}: write name=value")
    return name, value
