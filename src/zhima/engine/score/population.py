"""From files of events and ties to everybody's score, in stages that report themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet

from zhima.engine.events.admission import require_events
from zhima.engine.events.table import EVENTS
from zhima.engine.features.batch import Engine, Limits, Source, compute
from zhima.engine.files import atomic, fill, read_table, reading
from zhima.engine.kinds import Finding, ZhimaError
from zhima.engine.network import Ties, levels_in, read_ties
from zhima.engine.score.compose import Scored, compose, scores_table
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import SCHEMA, receipts

Stage = Callable[[str], AbstractContextManager[object]]
"""Called with a stage's name before it runs; the context closes when the stage has ended."""


def no_stages(name: str) -> AbstractContextManager[object]:
    """A `Stage` for callers that do not watch."""
    return nullcontext()


def score_population(
    *,
    events: Source,
    ties: Path | None,
    policy: Policy,
    as_of: datetime,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
    stage: Stage = no_stages,
) -> tuple[Scored, Ties]:
    """Score everybody who has an event or a tie before `as_of`.

    `events` and `ties` are tables of docs/architecture.md; without `ties` nobody has friends.
    Raises ZhimaError for files that cannot be used.
    """
    with stage("events"):
        require_events(events)
        ends = read_ends(ties) if ties else None
    with stage("features"):
        features = features_of(events, policy, as_of=as_of, engine=engine, limits=limits)
        features = _with_tied(features, ends, policy, as_of)
    if len(features) == 0:
        raise ZhimaError(f"nobody has an event before {as_of:%Y-%m-%d}, so there is no score")
    return score_features(features, ties=ties, policy=policy, as_of=as_of, stage=stage)


def score_features(
    features: pa.Table, *, ties: Path | None, policy: Policy, as_of: datetime, stage: Stage
) -> tuple[Scored, Ties]:
    """Score everybody who has a row in `features`, ascending by `person_id`, with their friends."""
    with stage("ties"):
        mutual = ties_of(ties, features, policy, as_of)
    with stage("card and friends"):
        scored = compose(
            features=features,
            ties=mutual,
            rulebook=policy.rulebook,
            card=policy.card,
            as_of=as_of,
        )
    return scored, mutual


def features_of(
    events: Source,
    policy: Policy,
    *,
    as_of: datetime,
    people: Sequence[str] | None = None,
    engine: Engine = Engine.DUCKDB,
    limits: Limits | None = None,
) -> pa.Table:
    """The features a policy sees, of everybody with an event or of exactly `people`.

    Features whose evidence the policy does not admit are columns of nulls.
    """
    table = compute(
        events, policy.catalogue, as_of=as_of, people=people, engine=engine, limits=limits
    )
    return with_unseen(table, policy)


def with_unseen(features: pa.Table, policy: Policy) -> pa.Table:
    """Add a column of nulls for each feature whose evidence the rulebook does not admit."""
    for name in policy.unseen:
        features = features.append_column(name, pa.nulls(len(features), pa.float64()))
    return features


def _with_tied(
    features: pa.Table, ends: pa.Array | None, policy: Policy, as_of: datetime
) -> pa.Table:
    """Add everybody who has ties but no events: a thin file, not no file."""
    if ends is None:
        return features
    known = features.column("person_id").combine_chunks()
    new = ends.filter(pc.invert(pc.is_in(ends, value_set=known)))
    if len(new) == 0:
        return features
    blank = features_of(EVENTS.empty_table(), policy, as_of=as_of, people=new.to_pylist())
    return pa.concat_tables([features, blank]).sort_by("person_id")


def read_ends(ties: Path) -> pa.Array:
    """Every person id that a ties table names, each once."""
    table = read_table(ties, columns=("person_id",))
    with reading(ties):
        return pc.unique(table.column("person_id").cast(pa.string())).drop_null()


def ties_of(ties: Path | None, features: pa.Table, policy: Policy, as_of: datetime) -> Ties:
    """The ties among the people of `features`, with the rulebook's caps; none without a file."""
    people = features.column("person_id").combine_chunks()
    if ties is None:
        return no_ties()
    friends = policy.rulebook.rules.friends
    caps = friends.tie_caps(levels_in(features))
    return read_ties(ties, people=people, as_of=as_of, ramp_days=friends.ramp_days, cap=caps)


def no_ties() -> Ties:
    """Nobody knows anybody."""
    nobody: npt.NDArray[np.uint32] = np.empty(0, dtype=np.uint32)
    return Ties(nobody, nobody, np.empty(0, dtype=np.float32), {}, (), 0)


def person_events(events: Path, person_id: str) -> pa.Table:
    """One person's rows of an events file, with the columns of the events table."""
    with reading(events):
        return pa_parquet.read_table(
            events, columns=EVENTS.names, filters=[("person_id", "=", person_id)]
        ).cast(EVENTS)


def write_scored(scored: Scored, scores: Path, receipts: Path) -> int:
    """Write the `scores` table and everybody's receipt, both or neither.

    Returns the number of lines of the receipts.
    """
    with atomic(scores) as whole:
        fill(whole, scores_table(scored))
        return write_receipts(scored, receipts)


def write_receipts(scored: Scored, path: Path) -> int:
    """Write everybody's receipt, a row group a batch of people; returns the number of lines."""
    lines = 0
    with (
        atomic(path) as temporary,
        pa_parquet.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer,
    ):
        for batch in receipts(scored):
            writer.write_batch(batch)
            lines += batch.num_rows
    return lines


def findings_table(findings: tuple[Finding, ...]) -> pa.Table:
    """Findings as a table with the columns of `Finding`."""
    names = ("source", "row", "column", "value", "reason")
    types = (pa.string(), pa.int64(), pa.string(), pa.string(), pa.string())
    return pa.table(
        {
            name: pa.array([getattr(finding, name) for finding in findings], kind)
            for name, kind in zip(names, types, strict=True)
        }
    )
