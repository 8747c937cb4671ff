"""The ties table on disk, turned into mutual ties among numbered people.

What the table says wrongly is counted and shown, never silently dropped and never fatal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.kinds import IDENTITY_LEVEL, Finding, ZhimaError
from zhima.engine.network.checks import Edges, Indices
from zhima.engine.network.declared import Setaside, read_declared
from zhima.engine.network.pairing import AHEAD, BACK, Pairs, pair_up, within_cap
from zhima.engine.network.refusals import TermsOutOfRangeError


@dataclass(frozen=True, slots=True)
class Ties:
    """Mutual ties that count at a moment, each once, and what was set aside on the way."""

    i: Indices
    j: Indices
    strength: npt.NDArray[np.float32]
    """In (0, 1], ramp-up already applied."""
    counts: dict[str, int]
    """Records set aside, by reason; complete, while `findings` shows a few of each."""
    findings: tuple[Finding, ...]
    not_current: int
    """Records outside their dates at the moment asked for: history, not a fault."""

    @property
    def edges(self) -> Edges:
        """The three parallel arrays `solve` takes."""
        return Edges(self.i, self.j, self.strength)


def read_ties(
    path: Path,
    *,
    people: Sequence[str] | pa.Array,
    as_of: datetime,
    ramp_days: float = 0,
    cap: int | npt.ArrayLike | None = None,
) -> Ties:
    """Read a ties table (.parquet or .csv; docs/architecture.md) as of a moment.

    `people` gives the ids in the order of the indices. A tie counts when both directions are
    there with since <= as_of < until; its strength is the smaller of the two, times
    min(1, age / ramp_days) with the age of the younger direction. `cap` limits the ties of each
    person (one number, or one a person, shape (n,)): the oldest stay.

    Raises ZhimaError when the file is not such a table or `as_of` has no zone.
    The reasons of findings are listed in docs/network.md.
    """
    if as_of.tzinfo is None:
        raise ZhimaError(f"as_of {as_of} has no time zone; write it with one, such as +00:00")
    ids = people if isinstance(people, pa.Array) else pa.array(people, pa.string())
    aside = Setaside(source=str(path))
    halves, not_current = read_declared(path, people=ids, as_of=as_of.astimezone(UTC), aside=aside)
    pairs = _mutual(pair_up(halves, people=len(ids)), ids, aside)
    if cap is not None:
        pairs = _capped(pairs, _caps(cap, len(ids)), ids, aside)
    strength = pairs.strength * _ramp(pairs.age_days, ramp_days)
    grown = strength > 0
    not_current += int(np.count_nonzero(~grown))
    return Ties(
        pairs.lower[grown],
        pairs.upper[grown],
        strength[grown],
        dict(aside.counts),
        tuple(aside.findings),
        not_current,
    )


def levels_in(people: pa.Table) -> npt.NDArray[np.float64]:
    """Each person's level of identity for her cap of ties, shape (n,).

    From the column identity_level; NaN where it is absent, or empty. ZhimaError for other than
    numbers.
    """
    if IDENTITY_LEVEL not in people.column_names:
        return np.full(len(people), np.nan)
    column = people[IDENTITY_LEVEL]
    try:
        levels: npt.NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid as error:
        raise ZhimaError(f"{IDENTITY_LEVEL} holds something that is no number: {error}") from error
    return levels


def _mutual(pairs: Pairs, ids: pa.Array, aside: Setaside) -> Pairs:
    repeats = int(pairs.repeats.sum(dtype=np.int64))
    aside.pairs("duplicate_tie", _named(pairs, pairs.repeats > 0, ids), repeats)
    both = pairs.directions == AHEAD | BACK
    aside.pairs("one_sided", _named(pairs, ~both, ids), int(np.count_nonzero(~both)))
    return pairs.where(both)


def _capped(pairs: Pairs, cap: npt.NDArray[np.int64], ids: pa.Array, aside: Setaside) -> Pairs:
    kept = within_cap(pairs, cap)
    aside.pairs("over_cap", _named(pairs, ~kept, ids), int(np.count_nonzero(~kept)))
    return pairs.where(kept)


def _named(pairs: Pairs, chosen: npt.NDArray[np.bool_], ids: pa.Array) -> Iterable[str]:
    return (
        f"{ids[int(pairs.lower[at])]} and {ids[int(pairs.upper[at])]}"
        for at in np.flatnonzero(chosen)
    )


def _caps(cap: int | npt.ArrayLike, people: int) -> npt.NDArray[np.int64]:
    caps = np.asarray(cap, np.int64)
    if caps.shape not in {(), (people,)} or (caps < 0).any():
        raise TermsOutOfRangeError(
            f"cap must be one number of ties or one for each of the {people} people, never negative"
        )
    return np.broadcast_to(caps, people)


def _ramp(age_days: npt.NDArray[np.float32], ramp_days: float) -> npt.NDArray[np.float32]:
    if ramp_days < 0:
        raise TermsOutOfRangeError(f"ramp_days {ramp_days} must not be negative")
    if ramp_days == 0:
        return np.ones_like(age_days)
    return np.minimum(age_days / np.float32(ramp_days), np.float32(1))
