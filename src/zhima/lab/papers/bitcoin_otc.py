"""Bitcoin OTC: does a score, and do the ties of the rater, foresee the sign of the next rating?

Kumar et al. (ICDM 2016) predict the weights of ratings from fairness and goodness. Random splits
of ratings flatter, so time is split here: what is known at the end of the first 80 % of ratings,
frozen, must do for all of the last 20 %. Cards are fitted on earlier freezes of the same kind,
none of which sees a rating of the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from zhima.engine.features.batch import compute
from zhima.engine.features.declaration import Catalogue
from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network import read_ties, solve
from zhima.engine.scorecard.apply import apply
from zhima.engine.scorecard.card import Card
from zhima.engine.scorecard.fit import fit

TEST_FROM = 0.8
FREEZES = (0.3, 0.4, 0.5, 0.6, 0.65)
"""Shares of the ratings after which training freezes what is known."""
AHEAD = 0.15
"""Share of the ratings after a freeze that are predicted from it, never beyond TEST_FROM."""
FRIENDS = {"weight": 0.2, "capacity": 10.0, "missing": "self"}
"""As in the rulebook `open`."""
OF_RATER = ("given_count", "given_mean", "given_bad_share", "received_mean_all", "tenure")
TARGET = "bad"

Ratings = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Study:
    """Ratings to predict, one row each; `own` and `friends` name the columns of two models."""

    train: pa.Table
    test: pa.Table
    own: tuple[str, ...]
    """What the two people's own records say."""
    friends: tuple[str, ...]
    """What their contacts add."""


@dataclass(frozen=True, slots=True)
class _Freeze:
    """What was known before one rating, and the ratings to foresee from it."""

    known: Ratings
    """Shape (m, 4): source, target, rating, seconds; all before the freeze."""
    ahead: Ratings
    people: list[str]
    features: pa.Table
    """One row a person in the order of `people`, who had a rating before the freeze."""


def study(ratings: Path, *, events: Path, ties: Path, catalogue: Catalogue, seed: int = 0) -> Study:
    """Build the rows of both periods.

    `ratings` has the columns source, target, rating, time; `events` and `ties` are what
    `examples/bitcoin_otc` makes of it.
    """
    rows = _in_time(ratings)
    freezes = [
        _freeze(rows, int(len(rows) * share), int(len(rows) * min(share + AHEAD, TEST_FROM)),
                events, catalogue)
        for share in FREEZES
    ]  # fmt: skip
    last = _freeze(rows, int(len(rows) * TEST_FROM), len(rows), events, catalogue)
    own = pa.concat_tables([_own_columns(freeze) for freeze in freezes])
    card = fit(own, TARGET, name="rated", trainer="evidence", seed=seed).card
    train = pa.concat_tables([_rows(freeze, card, ties) for freeze in freezes])
    added = tuple(name for name in train.column_names if name not in own.column_names)
    return Study(train, _rows(last, card, ties), tuple(own.column_names[:-1]), added)


def _in_time(path: Path) -> Ratings:
    table = pq.read_table(path, columns=["source", "target", "rating", "time"])
    rows = np.column_stack([column.to_numpy().astype(np.int64) for column in table.columns])
    return rows[np.argsort(rows[:, 3], kind="stable")]


def _freeze(rows: Ratings, at: int, until: int, events: Path, catalogue: Catalogue) -> _Freeze:
    # Ratings of one second stand on one side: the features see only what lies before that second.
    moment = int(rows[at, 3])
    known = rows[rows[:, 3] < moment]
    features = compute(events, catalogue, as_of=_time(moment))
    return _Freeze(known, rows[at:until], features["person_id"].to_pylist(), features)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _own_columns(freeze: _Freeze) -> pa.Table:
    place = {person: row for row, person in enumerate(freeze.people)}
    rated = _look_up(freeze.features, place, freeze.ahead[:, 1])
    rater = _look_up(freeze.features, place, freeze.ahead[:, 0])
    columns = {f"rated_{name}": rated[name] for name in rated.column_names}
    columns |= {f"rater_{name}": rater[name] for name in OF_RATER}
    return pa.table({**columns, TARGET: (freeze.ahead[:, 2] < 0).astype(np.int64)})


def _look_up(features: pa.Table, place: dict[str, int], people: Ratings) -> pa.Table:
    """Feature rows of people, null for somebody nobody knew yet."""
    rows = pa.array([place.get(str(person)) for person in people], pa.int64())
    return features.drop_columns(["person_id"]).take(rows)


def _rows(freeze: _Freeze, card: Card, ties: Path) -> pa.Table:
    own = _own_columns(freeze)
    standing = _with_friends(freeze, card, ties)
    place = {person: row for row, person in enumerate(freeze.people)}
    rated = [place.get(str(person)) for person in freeze.ahead[:, 1]]
    gain = pa.array(standing).take(pa.array(rated, pa.int64()))
    between = np.array(list(_between(freeze)), dtype=np.float64)
    return (
        own.append_column("friends_points", gain)
        .append_column("answered", _known_only(between[:, 0]))
        .append_column("common_raters", pa.array(between[:, 1]))
        .append_column("common_mean", _known_only(between[:, 2]))
    )


def _known_only(values: npt.NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _with_friends(freeze: _Freeze, card: Card, ties: Path) -> npt.NDArray[np.float64]:
    """Points that friends give or take, with own points as of a rating by nobody in particular."""
    alone = freeze.features.drop_columns(["person_id"])
    columns = {f"rated_{name}": alone[name] for name in alone.column_names}
    columns |= {f"rater_{name}": pa.nulls(len(alone), pa.float64()) for name in OF_RATER}
    own = np.clip(apply(card, pa.table(columns)).total, 0, POINTS_RANGE).astype(np.float64)
    mutual = read_ties(ties, people=freeze.people, as_of=_time(int(freeze.ahead[0, 3])))
    return solve(own, mutual.edges, **FRIENDS) - own


def _between(freeze: _Freeze) -> Iterator[tuple[float, float, float]]:
    """For each rating ahead: the other's earlier rating, and how the rater's contacts rated."""
    said = {(source, target): rating for source, target, rating, _ in freeze.known.tolist()}
    trusts: dict[int, list[int]] = {}
    for (source, target), rating in said.items():
        if rating > 0:
            trusts.setdefault(source, []).append(target)
    for source, target, _, _ in freeze.ahead.tolist():
        voices = [said[c, target] for c in trusts.get(source, ()) if (c, target) in said]
        mean = float(np.mean(voices)) if voices else np.nan
        yield said.get((target, source), np.nan), float(len(voices)), mean
