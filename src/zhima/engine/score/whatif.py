"""What one change would do to one person, answered by the engine that made the score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import listed
from zhima.engine.kinds import ZhimaError
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored, compose
from zhima.engine.score.fit import Policy
from zhima.engine.score.population import features_of
from zhima.engine.scorecard.card import NumericAxis
from zhima.engine.scorecard.columns import column, level_of, levels, number_of, numbers


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked: more events of the person, features set by hand, contacts left."""

    events: pa.Table | None = None
    """Rows of the events table that would be added; all of the person's own rows stay."""
    features: dict[str, float | str] | None = None
    """Values as a table would hold them: a number, also as text, a level, or "" for none."""
    leaves: tuple[str, ...] = ()


def what_if(
    *,
    scored: Scored,
    ties: Ties,
    policy: Policy,
    person_id: str,
    change: Change,
    own_events: pa.Table | None = None,
) -> Scored:
    """The whole population scored again with one person changed.

    `own_events` are that person's events as they are; ValueError when events are to be added to
    none. Everybody else's own points stay; friends' points move with hers. Raises ZhimaError for a
    person, feature or contact that is not there.
    """
    row = row_of(scored.people, person_id)
    features = scored.features
    if change.events is not None:
        if own_events is None:
            raise ValueError("added events need the events that there are")
        features = _with_row(
            features, row, _recomputed(scored, policy, person_id, own_events, change.events)
        )
    for name, value in (change.features or {}).items():
        features = _with_value(features, row, name, value, policy)
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


def _with_value(
    features: pa.Table, row: int, name: str, value: float | str, policy: Policy
) -> pa.Table:
    names = [seen for seen in features.column_names[1:] if seen not in policy.unseen]
    if name not in names:
        raise ZhimaError(f"the card looks at no feature {name!r}; it looks at {listed(names)}")
    axes = [axis for item in policy.card.items() for axis in item.axes if axis.feature == name]
    old = column(features, name)
    if all(isinstance(axis, NumericAxis) for axis in axes):
        amounts = numbers(old, name).astype(np.float64)
        amounts[row] = number_of(value, name)
        new = pa.array(amounts, from_pandas=True)
    else:
        codes, words = levels(old, name)
        said = [None if code < 0 else words[code] for code in codes]
        said[row] = level_of(value)
        new = pa.array(said, pa.string())
    return features.set_column(features.column_names.index(name), name, new)


def _without(ties: Ties, row: int, other: int, contact: str) -> Ties:
    between = ((ties.i == row) & (ties.j == other)) | ((ties.i == other) & (ties.j == row))
    if not np.any(between):
        raise ZhimaError(f"{contact!r} is no contact whose tie counts")
    kept = ~between
    return replace(ties, i=ties.i[kept], j=ties.j[kept], strength=ties.strength[kept])
