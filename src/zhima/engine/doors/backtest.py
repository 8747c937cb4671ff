"""A rulebook looked at with hindsight: whom it would have trusted, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.doors.compare import band_of, opened
from zhima.engine.files import require_columns
from zhima.engine.kinds import ZhimaError
from zhima.engine.score.compose import Scored
from zhima.engine.scorecard import measures


@dataclass(frozen=True, slots=True)
class Group:
    """People whom the rulebook treated alike, and how many of them turned out bad."""

    name: str
    people: int
    bad: int

    @property
    def bad_share(self) -> float | None:
        """None for nobody."""
        return self.bad / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came of the people who were scored and whose outcome is known."""

    people: int
    bad: int
    auc: float
    """Of the score, friends included."""
    auc_own: float
    """Of own points alone."""
    bands: tuple[Group, ...]
    doors: tuple[tuple[Group, Group], ...]
    """For each door those it was open to and those it was not."""


def backtest(scored: Scored, outcomes: pa.Table) -> Backtest:
    """Compare scores as of a day with what happened after it.

    `outcomes` is the table of docs/architecture.md; only outcomes dated at or after the scores
    count, and a person with several is bad when any is. Raises ZhimaError when nothing is left or
    all ended alike.
    """
    bad = _bad_after(scored, outcomes)
    known = ~np.isnan(bad)
    if not known.any() or len(np.unique(bad[known])) < 2:
        raise ZhimaError(
            f"no mixed outcomes at or after {scored.as_of:%Y-%m-%d}: good and bad are both needed"
        )
    ended = bad[known]
    rulebook = scored.rulebook
    bands = band_of(scored)[known]
    return Backtest(
        people=int(known.sum()),
        bad=int(ended.sum()),
        auc=measures.auc(ended, -scored.points[known]),
        auc_own=measures.auc(ended, -scored.own[known].astype(np.float64)),
        bands=tuple(_group(band.id, bands == band.id, ended) for band in rulebook.rules.bands),
        doors=tuple(
            (_group(door.id, is_open, ended), _group(door.id, ~is_open, ended))
            for door in rulebook.rules.doors
            for is_open in [opened(rulebook, door.id, scored.score[known])]
        ),
    )


def _group(name: str, mine: npt.NDArray[np.bool_], bad: npt.NDArray[np.float64]) -> Group:
    return Group(name, int(mine.sum()), int(bad[mine].sum()))


def _bad_after(scored: Scored, outcomes: pa.Table) -> npt.NDArray[np.float64]:
    """1 bad, 0 good, NaN unknown, in the order of the scored people."""
    require_columns(outcomes, ("person_id", "as_of", "bad"), "the outcomes")
    later = outcomes.filter(pc.greater_equal(outcomes["as_of"], _moment(outcomes, scored.as_of)))
    ended = later.group_by("person_id").aggregate([("bad", "max")])
    place = pc.index_in(ended["person_id"].cast(scored.people.type), value_set=scored.people)
    known = pc.is_valid(place).to_numpy()
    bad = np.full(len(scored.people), np.nan)
    rows = place.filter(pa.array(known)).to_numpy().astype(np.int64)
    bad[rows] = ended["bad_max"].to_numpy()[known]
    return bad


def _moment(outcomes: pa.Table, at: datetime) -> pa.Scalar:
    kind = outcomes.schema.field("as_of").type
    if not pa.types.is_timestamp(kind) or kind.tz is None:
        raise ZhimaError(f"the outcomes: column as_of is {kind}, not a time with a zone")
    return pa.scalar(at, kind)
