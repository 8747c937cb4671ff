"""`zhima what-if`: what one change would do to a person's score."""

from __future__ import annotations

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
)
from zhima.engine.kinds import ZhimaError

Adds = Annotated[
    list[str] | None,
    typer.Option(help="Add an event: kind, then key=value parts, e.g. 'bill.paid days_late=0'."),
]
Sets = Annotated[list[str] | None, typer.Option("--set", help="Set a feature: name=value.")]
Leaves = Annotated[list[str] | None, typer.Option(help="Leave a contact, by id.")]


def what_if(
    person: Annotated[str, typer.Argument(help="The person's id.")],
    events: Events,
    as_of: AsOf,
    ties: Ties = None,
    rulebook: RulebookName = "open",
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
    add: Adds = None,
    change: Sets = None,
    leave: Leaves = None,
) -> None:
    """Score everybody twice, as things are and with the change, and show what moved."""
    from zhima.cli.progress import Stages
    from zhima.engine.score.imagined import imagined_events
    from zhima.engine.score.population import person_events, score_population
    from zhima.engine.score.whatif import Change, row_of
    from zhima.engine.score.whatif import what_if as changed

    at = moment(as_of)
    policy = policy_for(rulebook, at, rules_of=rules_of, card=card, catalogue=catalogue)
    asked = Change(
        events=imagined_events(person, add, as_of=at) if add else None,
        features=dict(_setting(text) for text in change or []),
        leaves=tuple(leave or ()),
    )
    scored, mutual = score_population(
        events=events, ties=ties, policy=policy, as_of=at, stage=Stages()
    )
    after = changed(
        scored=scored,
        ties=mutual,
        policy=policy,
        person_id=person,
        own_events=person_events(events, person),
        change=asked,
    )
    row = row_of(scored.people, person)
    moved = int((scored.score != after.score).sum()) - int(scored.score[row] != after.score[row])
    print(f"{person}: {scored.score[row]} now, {after.score[row]} then")
    print(f"  own points {scored.own[row]} -> {after.own[row]}")
    given = scored.friends_milli[row] / 1000, after.friends_milli[row] / 1000
    print(f"  friends    {given[0]:+.3f} -> {given[1]:+.3f}")
    print(f"  {moved} other people's scores would move with it")


def _setting(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        what = f"{value!r} is no number" if equals else "write name=value"
        raise ZhimaError(f"--set {text!r}: {what}") from error
