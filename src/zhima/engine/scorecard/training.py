"""What a fit reads besides a plain table: features joined with outcomes, declared directions."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML, YAMLError

from zhima.engine.files import require_columns
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard.card import Direction


def joined(features: pa.Table, outcomes: pa.Table, *, target: str = "bad") -> pa.Table:
    """Features beside outcomes, by person and, where both say it, by date; keys removed.

    ZhimaError when a key is lacking, repeats, or nobody is in both.
    """
    require_columns(features, ("person_id",), "the features")
    require_columns(outcomes, ("person_id", target), "the outcomes")
    keys = [name for name in ("person_id", "as_of") if name in features.column_names
            and name in outcomes.column_names]
    for table, what in ((features, "features"), (outcomes, "outcomes")):
        if table.group_by(keys).aggregate([]).num_rows != table.num_rows:
            raise ZhimaError(f"the {what} name a {' and '.join(keys)} twice")
    both = features.join(outcomes.select([*keys, target]), keys=keys, join_type="inner")
    if both.num_rows == 0:
        raise ZhimaError("nobody is in both the features and the outcomes")
    return both.drop_columns(keys)


def read_directions(path: Path) -> dict[str, Direction]:
    """A YAML mapping from feature to increasing, decreasing or any."""
    try:
        said = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, Direction]).validate_python(said)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ZhimaError(f"cannot read the directions {path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ZhimaError(f"{path}: {where}: {first['msg']}") from error
