"""Two rulebooks over the same people: who gains, who loses, by band, and which doors move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.doors.decide import Standing, decide
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook import LoadedRulebook, Outcome
from zhima.engine.score.compose import Scored

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BandChange:
    """What happens to the people of one band of the first rulebook."""

    band: str
    people: int
    gain: int
    lose: int
    mean_change: float
    """Points; 0 for an empty band."""
    out_of_band: int
    """How many end up in a band of another name."""


@dataclass(frozen=True, slots=True)
class DoorChange:
    """How many people find one door open (without deposit) before and after."""

    door: str
    open_before: int | None
    """None where the first rulebook has no such door; likewise after."""
    open_after: int | None


@dataclass(frozen=True)
class Comparison:
    """Two scorings of the same people, in the same order."""

    people: pa.Array
    before: Whole
    after: Whole
    bands: tuple[BandChange, ...]
    doors: tuple[DoorChange, ...]

    def table(self) -> pa.Table:
        """`person_id, before, after, change`, one row a person."""
        return pa.table(
            {
                "person_id": self.people,
                "before": self.before,
                "after": self.after,
                "change": self.after - self.before,
            }
        )


def compare(before: Scored, after: Scored) -> Comparison:
    """Compare two scorings; ValueError unless they are of the same people in the same order."""
    if not before.people.equals(after.people):
        raise ValueError("the two scorings are of different people")
    names = band_of(before)
    new_names = band_of(after)
    change = after.score - before.score
    return Comparison(
        people=before.people,
        before=before.score,
        after=after.score,
        bands=tuple(
            _band_change(band.id, names == band.id, change, new_names)
            for band in before.rulebook.rules.bands
        ),
        doors=_door_changes(before, after),
    )


def band_of(scored: Scored) -> npt.NDArray[np.str_]:
    """The id of everybody's band, shape (n,)."""
    bands = scored.rulebook.rules.bands
    place = np.searchsorted([band.start for band in bands], scored.score, side="right") - 1
    return np.array([band.id for band in bands])[place]


def _band_change(
    band: str, mine: npt.NDArray[np.bool_], change: Whole, new_names: npt.NDArray[np.str_]
) -> BandChange:
    moved = change[mine]
    return BandChange(
        band=band,
        people=int(mine.sum()),
        gain=int((moved > 0).sum()),
        lose=int((moved < 0).sum()),
        mean_change=float(moved.mean()) if len(moved) else 0.0,
        out_of_band=int((new_names[mine] != band).sum()),
    )


def _door_changes(before: Scored, after: Scored) -> tuple[DoorChange, ...]:
    ids = [
        door.id for rulebook in (before.rulebook, after.rulebook) for door in rulebook.rules.doors
    ]
    return tuple(
        DoorChange(door, open_count(before, door), open_count(after, door))
        for door in dict.fromkeys(ids)
    )


def open_count(scored: Scored, door_id: str) -> int | None:
    """How many people find the door open; None when the rulebook has no such door."""
    if door_id not in {door.id for door in scored.rulebook.rules.doors}:
        return None
    return int(opened(scored.rulebook, door_id, scored.score).sum())


def opened(rulebook: LoadedRulebook, door_id: str, score: Whole) -> npt.NDArray[np.bool_]:
    """Whether the door is open without deposit at each score, shape (n,)."""
    verdicts = [
        decide(rulebook, door_id=door_id, standing=Standing(at, at, at)).outcome is Outcome.OPEN
        for at in range(SCORE_FLOOR, SCORE_CEILING + 1)
    ]
    return np.array(verdicts)[score - SCORE_FLOOR]
