"""From a plain table, one row a person, to everybody's score; no events are needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import read_table, require_columns
from zhima.engine.kinds import Finding, ZhimaError
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored
from zhima.engine.score.fit import Policy
from zhima.engine.score.population import Stage, no_stages, score_features
from zhima.engine.scorecard.columns import column

PERSON = "person_id"


def score_table(
    *,
    table: Path,
    id_column: str = PERSON,
    ties: Path | None,
    policy: Policy,
    as_of: datetime,
    stage: Stage = no_stages,
) -> tuple[Scored, Ties, tuple[Finding, ...]]:
    """Score everybody who has a row in `table`, whose columns the policy's card reads.

    `id_column` says who a row is about. Rows without an id, and further rows of the same person,
    are set aside as findings. Without a column of the evidence on file every interval is as wide
    as that of a thin file. Raises ZhimaError for files that cannot be used.
    """
    with stage("table"):
        features, findings = _people(table, id_column, policy)
    scored, mutual = score_features(features, ties=ties, policy=policy, as_of=as_of, stage=stage)
    return scored, mutual, findings


def _people(path: Path, id_column: str, policy: Policy) -> tuple[pa.Table, tuple[Finding, ...]]:
    """One row a person, ascending by `person_id`, with what the card and the interval go by."""
    table = read_table(path, texts=(id_column,))
    if id_column not in table.column_names:
        raise ZhimaError(
            f"{path} has no column {id_column}; say with --id which one tells people apart: "
            f"{', '.join(table.column_names)}"
        )
    require_columns(table, policy.card.features(), path)
    ids = _ids(column(table, id_column), path, id_column)
    kept, findings = _once_each(ids, path, id_column)
    if len(kept) == 0:
        raise ZhimaError(f"{path}: no row names a person in the column {id_column}")
    wanted = dict.fromkeys((*policy.card.features(), policy.rulebook.rules.thin_file.feature))
    columns = {
        name: column(table, name)
        if name in table.column_names
        else pa.nulls(len(table), pa.float64())
        for name in wanted
        if name != PERSON
    }
    people = pa.table({PERSON: ids, **columns}).take(kept)
    return people.sort_by(PERSON), findings


def _ids(said: pa.Array, path: Path, name: str) -> pa.Array:
    """Ids as text; "" counts as none. Whole numbers beside empty cells were read as 17.0."""
    try:
        whole = said.cast(pa.int64()) if pa.types.is_floating(said.type) else said
        texts = whole.cast(pa.string())
    except pa.ArrowException as error:
        raise ZhimaError(f"{path}: the column {name} holds no ids: {error}") from error
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _once_each(ids: pa.Array, path: Path, name: str) -> tuple[pa.Array, tuple[Finding, ...]]:
    """The rows that name a person for the first time, and a finding for each of the others."""
    there = pc.indices_nonzero(ids.is_valid())
    rows = pa.table({"id": ids.take(there), "row": there})
    first = rows.group_by("id").aggregate([("row", "min")])["row_min"].combine_chunks()
    missing = pc.indices_nonzero(ids.is_null())
    again = there.filter(pc.invert(pc.is_in(there, value_set=first)))
    findings = [
        Finding(str(path), row + 1, name, ids[row].as_py() or "", reason)
        for reason, found in (("missing_id", missing), ("duplicate_person", again))
        for row in found.to_pylist()
    ]
    return pa.array(np.sort(first.to_numpy())), tuple(findings)
