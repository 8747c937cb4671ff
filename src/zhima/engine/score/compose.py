"""Own points and friends' points together: one whole number a person, and all its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.kinds import MILLI, POINTS_RANGE, SCORE_CEILING, SCORE_FLOOR, Factor
from zhima.engine.network import Attribution, Ties, attribute, solve
from zhima.engine.rulebook import LoadedRulebook
from zhima.engine.rulebook.model import Friends, ThinFile
from zhima.engine.scorecard.apply import Applied, apply
from zhima.engine.scorecard.card import Card
from zhima.engine.scorecard.columns import column, numbers

Whole = npt.NDArray[np.int64]

TOLERANCE_POINTS = 0.001
"""The friends' fixpoint is solved to less than a receipt can show a thousandth of."""


@dataclass(frozen=True)
class Scored:
    """A population of n people scored on one day. Arrays are in the order of `people`."""

    people: pa.Array
    """Person ids, text, ascending."""
    features: pa.Table
    rulebook: LoadedRulebook
    card: Card
    as_of: datetime
    applied: Applied
    own: Whole
    """Own points b, whole, 0..600."""
    points: npt.NDArray[np.float64]
    """Everybody's points x with friends, 0..600, to TOLERANCE_POINTS."""
    contacts: Attribution
    """What every contact gives or takes, in points."""
    friends_milli: Whole
    """Sum of the contacts' receipt lines, thousandths of a point."""
    score: Whole
    """350..950."""
    half_width: Whole
    """Of the interval, in points."""

    @cached_property
    def low(self) -> Whole:
        """Lower end of the interval, 350..score."""
        return np.maximum(self.score - self.half_width, SCORE_FLOOR)

    @cached_property
    def high(self) -> Whole:
        """Upper end of the interval, score..950."""
        return np.minimum(self.score + self.half_width, SCORE_CEILING)


def compose(
    *,
    features: pa.Table,
    ties: Ties,
    rulebook: LoadedRulebook,
    card: Card,
    as_of: datetime,
) -> Scored:
    """Score everybody in `features` (a `person_id` column, ascending, and the card's columns).

    `ties` are indexed by the rows of `features`. Raises ZhimaError when a column is lacking.
    """
    applied = apply(card, features)
    own = np.clip(applied.total, 0, POINTS_RANGE).astype(np.int64)
    points, contacts = _with_friends(own.astype(np.float64), ties, rulebook.rules.friends)
    thin = rulebook.rules.thin_file
    score = np.floor(np.clip(points, 0, POINTS_RANGE) + 0.5).astype(np.int64) + SCORE_FLOOR
    return Scored(
        people=features.column("person_id").combine_chunks(),
        features=features,
        rulebook=rulebook,
        card=card,
        as_of=as_of,
        applied=applied,
        own=own,
        points=points,
        contacts=contacts,
        friends_milli=friends_milli(contacts),
        score=score,
        half_width=half_width(thin, _evidence(features, thin.feature)),
    )


def _with_friends(
    own: npt.NDArray[np.float64], ties: Ties, friends: Friends
) -> tuple[npt.NDArray[np.float64], Attribution]:
    weight, capacity, missing = friends.weight, friends.capacity, friends.missing.value
    points = solve(
        own,
        ties.edges,
        weight=weight,
        capacity=capacity,
        missing=missing,
        tolerance_points=TOLERANCE_POINTS,
    )
    split = attribute(own, ties.edges, points, weight=weight, capacity=capacity, missing=missing)
    return points, split


def contact_milli(contacts: Attribution) -> Whole:
    """Each contact's receipt line in thousandths of a point."""
    return np.rint(contacts.net * MILLI).astype(np.int64)


def missing_milli(contacts: Attribution) -> Whole:
    """Each person's receipt line for ties she does not have, in thousandths; 0 with `self`."""
    return np.rint(contacts.missing * MILLI).astype(np.int64)


def friends_milli(contacts: Attribution) -> Whole:
    """Sum of the friends' receipt lines a person, in thousandths of a point."""
    running = np.concatenate(([0], np.cumsum(contact_milli(contacts))))
    start = contacts.start.astype(np.int64)
    return running[start[1:]] - running[start[:-1]] + missing_milli(contacts)


def _evidence(features: pa.Table, name: str) -> npt.NDArray[np.float64]:
    """The events on everybody's file, 0 where their number is unknown or none, shape (n,)."""
    said = numbers(column(features, name), name).astype(np.float64)
    return np.where(np.isfinite(said) & (said > 0), said, 0.0)


def half_width(thin: ThinFile, evidence: npt.NDArray[np.float64] | float) -> Whole:
    """Half-width of the interval by the number of events on file: wide on a thin file."""
    width = thin.half_width_points / np.sqrt(1 + np.asarray(evidence) / thin.events)
    return np.ceil(width).astype(np.int64)


def factor_points(scored: Scored) -> dict[Factor, npt.NDArray[np.float64]]:
    """Points a factor, shape (n,) each; with the limit and the rounding they sum to the score."""
    items = scored.applied.item_points()
    sums: dict[Factor, npt.NDArray[np.float64]] = {}
    for factor in Factor:
        mine = [i for i, item in enumerate(scored.card.items()) if item.factor is factor]
        sums[factor] = items[:, mine].sum(axis=1, dtype=np.float64)
    sums[Factor.CONNECTIONS] = sums[Factor.CONNECTIONS] + scored.friends_milli / MILLI
    return sums


def scores_table(scored: Scored) -> pa.Table:
    """The `scores` table of docs/architecture.md, one row a person."""
    bands = scored.rulebook.rules.bands
    starts = np.array([band.start for band in bands])
    band = np.searchsorted(starts, scored.score, side="right") - 1
    n = len(scored.score)
    columns: dict[str, pa.Array | npt.NDArray[np.generic]] = {
        "person_id": scored.people,
        "score": scored.score.astype(np.int32),
        "band": _repeated([part.id for part in bands], band.astype(np.int32)),
        "own": scored.own.astype(np.int32),
        "friends_points": scored.friends_milli / MILLI,
        "low": scored.low.astype(np.int32),
        "high": scored.high.astype(np.int32),
        **{factor.value: points for factor, points in factor_points(scored).items()},
        "rulebook": _repeated([scored.rulebook.name], np.zeros(n, dtype=np.int32)),
        "card": _repeated([scored.card.sha256[:12]], np.zeros(n, dtype=np.int32)),
        "as_of": pa.repeat(pa.scalar(scored.as_of, pa.timestamp("us", "UTC")), n),
    }
    return pa.table(columns)


def _repeated(names: Sequence[str], codes: npt.NDArray[np.int32]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes, pa.array(names))
