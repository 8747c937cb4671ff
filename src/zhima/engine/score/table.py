"""From a plain table, one row a person, to everybody's score; no events are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import listed, read_table, require_columns
from zhima.engine.kinds import Finding, ZhimaError
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored
from zhima.engine.score.fit import Policy
from zhima.engine.score.population import Stage, no_stages, score_features
from zhima.engine.scorecard import sample
from zhima.engine.scorecard.columns import column

PERSON = "person_id"


@dataclass(frozen=True, slots=True)
class People:
    """A plain table of which one row is about each person."""

    path: Path
    table: pa.Table
    ids: pa.Array
    """Who has a row, text, ascending."""
    rows: pa.Array
    """The row of each of them in `table`."""
    findings: tuple[Finding, ...]
    """Rows without an id, and further rows of the same person, which do not count."""

    def features(self, policy: Policy) -> pa.Table:
        """`person_id`, what the policy's card reads, and the evidence on file where there is any.

        Without a column of that evidence every interval is as wide as that of a thin file.
        Raises ZhimaError for a table that lacks a column of the card.
        """
        require_columns(self.table, policy.card.features(), self.path)
        evidence = policy.rulebook.rules.thin_file.feature
        none = pa.nulls(len(self.ids), pa.float64())
        columns = {
            name: self._column(name) if name in self.table.column_names else none
            for name in dict.fromkeys((*policy.card.features(), evidence))
            if name != PERSON
        }
        return pa.table({PERSON: self.ids, **columns})

    def outcomes(self, target: str, *, as_of: datetime) -> pa.Table:
        """The outcomes of docs/architecture.md that the column `target` holds, dated `as_of`.

        Rows whose outcome is empty say nothing. ZhimaError for a column that is no outcome.
        """
        require_columns(self.table, (target,), self.path)
        both = pa.Table.from_arrays([self.ids, self._column(target)], [PERSON, target])
        known = sample.known(both, target)
        bad = sample.outcome(column(known, target), target)
        moments = pa.repeat(pa.scalar(as_of, pa.timestamp("us", "UTC")), len(bad))
        return pa.table({PERSON: known.column(0), "as_of": moments, "bad": bad.astype(np.int64)})

    def _column(self, name: str) -> pa.Array:
        return column(self.table, name).take(self.rows)


def read_people(path: Path, id_column: str = PERSON) -> People:
    """The people whom a table names in the column `id_column`; ZhimaError when it names nobody."""
    table = read_table(path, texts=(id_column,))
    if id_column not in table.column_names:
        raise ZhimaError(
            f"{path} has no column {id_column}; say with --id which one tells people apart: "
            f"{listed(table.column_names)}"
        )
    ids = _ids(column(table, id_column), path, id_column)
    kept, findings = _once_each(ids, path, id_column)
    if len(kept) == 0:
        raise ZhimaError(f"{path}: no row names a person in the column {id_column}")
    said = ids.take(kept)
    order = pc.sort_indices(said)
    return People(path, table, said.take(order), kept.take(order), findings)


def score_people(
    people: People,
    *,
    ties: Path | None,
    policy: Policy,
    as_of: datetime,
    stage: Stage = no_stages,
) -> tuple[Scored, Ties]:
    """Score everybody who has a row; ZhimaError when the policy's card cannot read the table."""
    return score_features(
        people.features(policy), ties=ties, policy=policy, as_of=as_of, stage=stage
    )


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
