"""What one change would do to one person, answered by the engine that made the score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.kinds import ZhimaError
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored, compose
from zhima.engine.score.fit import Policy
from zhima.engine.score.population import features_of


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked: more events of the person, features set by hand, contacts left."""

    events: pa.Table | None = None
    """Rows of the events table that would be added; all of the person's own rows stay."""
    features: dict[str, float] | None = None
    leaves: tuple[str, ...] = ()


def what_if(
    *,
    scored: Scored,
    ties: Ties,
    policy: Policy,
    person_id: str,
    own_events: pa.Table,
    change: Change,
) -> Scored:
    """The whole population scored again with one person changed.

    `own_events` are that person's events as they are. Everybody else's own points stay; friends'
    points move with hers. Raises ZhimaError for a person, feature or contact that is not there.
    """
    row = row_of(scored.people, person_id)
    features = scored.features
    if change.events is not None:
        features = _with_row(
            features, row, _recomputed(scored, policy, person_id, own_events, change.events)
        )
    for name, value in (change.features or {}).items():
        features = _with_value(features, row, name, value)
    for contact in change.leaves:
        ties = _without(ties, row, row_of(scored.people, contact), contact)
    return compose(
        features=features,
        ties=ties,
        rulebook=scored.rulebook,
        card=scored.card,
        as_of=scored.as_of,
    )


def row_of(people: pa.Array, person_id: str) -> int:
    """The row of a person; ZhimaError when nobody has that id."""
    row = pc.index(people, pa.scalar(person_id, people.type)).as_py()
    if row < 0:
        raise ZhimaError(f"nobody is called {person_id!r} in these scores")
    return int(row)


def _recomputed(
    scored: Scored, policy: Policy, person_id: str, own_events: pa.Table, added: pa.Table
) -> pa.Table:
    events = pa.concat_tables([own_events, added.cast(own_events.schema)])
    table = features_of(events, policy, as_of=scored.as_of, people=[person_id])
    return table.select(scored.features.column_names)


def _with_row(features: pa.Table, row: int, new: pa.Table) -> pa.Table:
    parts = [features.slice(0, row), new.cast(features.schema), features.slice(row + 1)]
    return pa.concat_tables(parts)


def _with_value(features: pa.Table, row: int, name: str, value: float) -> pa.Table:
    if name not in features.column_names or name == "person_id":
        raise ZhimaError(
            f"the card looks at no feature {name!r}; it looks at "
            f"{', '.join(features.column_names[1:])}"
        )
    column = features.column(name)
    changed = pa.array([value]).cast(column.type)
    index = features.column_names.index(name)
    whole = pa.concat_arrays(
        [column.slice(0, row).combine_chunks(), changed, column.slice(row + 1).combine_chunks()]
    )
    return features.set_column(index, name, whole)


def _without(ties: Ties, row: int, other: int, contact: str) -> Ties:
    between = ((ties.i == row) & (ties.j == other)) | ((ties.i == other) & (ties.j == row))
    if not np.any(between):
        raise ZhimaError(f"{contact!r} is no contact whose tie counts")
    kept = ~between
    return replace(ties, i=ties.i[kept], j=ties.j[kept], strength=ties.strength[kept])
