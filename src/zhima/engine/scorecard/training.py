"""What a fit reads besides a plain table: events, features with outcomes, declared directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from zhima.engine.documents import read_document, refusal
from zhima.engine.events.admission import require_events
from zhima.engine.features.batch import compute_at
from zhima.engine.features.declaration import Catalogue
from zhima.engine.files import require_columns
from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.scorecard.card import Direction


@dataclass(frozen=True, slots=True)
class Training:
    """Rows to learn from, and what was declared about their columns before anybody looked."""

    table: pa.Table
    directions: Mapping[str, Direction]
    factors: Mapping[str, Factor]
    people: pa.ChunkedArray = field(default_factory=lambda: pa.chunked_array([], pa.string()))
    """Whom each row is about; empty when the rows do not say."""


def from_events(events: Path, outcomes: pa.Table, catalogue: Catalogue) -> Training:
    """One row an outcome, its features as the world knew that person just before its `as_of`.

    Directions and factors are those the catalogue declares. Raises ZhimaError for tables that are
    not those of docs/architecture.md.
    """
    require_events(events)
    table = compute_at(events, catalogue, outcomes)
    declared = catalogue.features
    return Training(
        table.drop_columns(["person_id", "as_of"]),
        {feature.id: feature.direction.value for feature in declared},
        {feature.id: feature.factor for feature in declared},
        table["person_id"],
    )


def joined(features: pa.Table, outcomes: pa.Table, *, target: str = "bad") -> pa.Table:
    """Features beside outcomes, by person and, where both say it, by date; keys removed.

    Features that were computed for outcomes hold these already; those given count.

    ZhimaError when a key is lacking, repeats, or nobody is in both.
    """
    require_columns(features, ("person_id",), "the features")
    require_columns(outcomes, ("person_id", target), "the outcomes")
    if target in features.column_names:
        features = features.drop_columns([target])
    keys = [
        name
        for name in ("person_id", "as_of")
        if name in features.column_names and name in outcomes.column_names
    ]
    for table, what in ((features, "features"), (outcomes, "outcomes")):
        if table.group_by(keys).aggregate([]).num_rows != table.num_rows:
            raise ZhimaError(f"the {what} name a {' and '.join(keys)} twice")
    # Numbers of rows are joined, as a column of lists or of nothing cannot be.
    pairs = _numbered(features, keys, "feature").join(
        _numbered(outcomes, keys, "outcome"), keys=keys, join_type="inner"
    )
    if pairs.num_rows == 0:
        raise ZhimaError("nobody is in both the features and the outcomes")
    pairs = pairs.sort_by("feature")
    ended = outcomes[target].take(pairs["outcome"])
    return features.take(pairs["feature"]).drop_columns(keys).append_column(target, ended)


def _numbered(table: pa.Table, keys: list[str], name: str) -> pa.Table:
    return table.select(keys).append_column(name, pa.array(np.arange(table.num_rows)))


def read_directions(path: Path) -> dict[str, Direction]:
    """A YAML mapping from feature to increasing, decreasing or any."""
    said, line_of = read_document(path)
    try:
        return TypeAdapter(dict[str, Direction]).validate_python(said)
    except ValidationError as error:
        raise refusal(path, line_of, error) from error
