"""Own points and ties from two files: the friends' part of a score without the rest of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import read_table, require_columns
from zhima.engine.kinds import ZhimaError
from zhima.engine.network.attribution import Attribution, attribute
from zhima.engine.network.checks import Indices, Points, points_of
from zhima.engine.network.fixpoint import solve
from zhima.engine.network.picture import Contact
from zhima.engine.network.suspicion import Region, audit
from zhima.engine.network.terms import Terms, terms_of
from zhima.engine.network.ties import Ties, levels_in, read_ties


@dataclass(frozen=True, slots=True)
class Circle:
    """One person's points: own + the contacts' + missing = score."""

    own: float
    contacts: tuple[Contact, ...]
    """The most points first."""
    missing: float
    score: float


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """People with own points, their ties, and everybody's points with friends."""

    ids: pa.Array
    own: Points
    ties: Ties
    terms: Terms
    scores: Points
    attribution: Attribution

    @property
    def people(self) -> int:
        return len(self.own)

    def table(self) -> pa.Table:
        """One row a person: person_id, own, friends_points, points."""
        columns = [self.ids, self.own, self.scores - self.own, self.scores]
        return pa.table(columns, ["person_id", "own", "friends_points", "points"])

    def names(self, people: Indices) -> list[str]:
        """The ids of people given by index."""
        return [self.ids[int(i)].as_py() for i in people]

    def circle(self, person: str) -> Circle:
        """One person's points by contact; ZhimaError when nobody has that id."""
        at = self.ids.index(person).as_py()
        if at < 0:
            raise ZhimaError(f"person {person} is not among the {self.people:,} people")
        split = self.attribution
        row = slice(int(split.start[at]), int(split.start[at + 1]))
        points = split.net[row].tolist()
        contacts = [
            Contact(name, value)
            for name, value in zip(self.names(split.contact[row]), points, strict=True)
        ]
        missing = float(split.missing[at])
        return Circle(
            own=float(self.own[at]),
            contacts=tuple(sorted(contacts, key=lambda contact: (-contact.points, contact.name))),
            missing=missing,
            score=float(self.own[at]) + sum(points) + missing,
        )

    def suspects(self, trusted: Path) -> tuple[Region, ...]:
        """The audit's regions, from the people named in the file `trusted`."""
        table = read_table(trusted)
        require_columns(table, ("person_id",), trusted)
        seeds = pc.index_in(table["person_id"].cast(pa.string()), self.ids)
        if seeds.null_count:
            raise ZhimaError(f"{trusted} names {seeds.null_count} people without own points")
        return audit(
            self.ties.edges,
            people=self.people,
            trusted=seeds.to_numpy(),
            weight=self.terms.weight,
            capacity=self.terms.capacity,
        )


def read_neighbourhood(
    own: Path,
    ties: Path,
    *,
    as_of: datetime,
    weight: float,
    capacity: float,
    missing: str,
    caps: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.int64]],
    ramp_days: float,
) -> Neighbourhood:
    """Read people with own points 0..600 (columns person_id, own) and the ties table; solve.

    `caps` gives each person's cap of ties from her level of identity: the column identity_level,
    NaN where it is absent or empty.
    """
    ids, points, levels = _read_own(own)
    counted = read_ties(ties, people=ids, as_of=as_of, ramp_days=ramp_days, cap=caps(levels))
    terms = terms_of(weight, capacity, missing)
    rules = {"weight": terms.weight, "capacity": terms.capacity}
    scores = solve(points, counted.edges, **rules, missing=missing)
    split = attribute(points, counted.edges, scores, **rules, missing=missing)
    return Neighbourhood(ids, points, counted, terms, scores, split)


def _read_own(path: Path) -> tuple[pa.Array, Points, npt.NDArray[np.float64]]:
    """Ids, own points and levels of identity."""
    table = read_table(path)
    require_columns(table, ("person_id", "own"), path)
    ids: pa.Array = table["person_id"].cast(pa.string()).combine_chunks()
    if len(ids) == 0:
        raise ZhimaError(f"{path} names nobody")
    if ids.null_count or len(pc.unique(ids)) < len(ids):
        raise ZhimaError(f"{path}: every row needs a person_id of its own")
    try:
        return ids, points_of(np.asarray(table["own"])), levels_in(table)
    except ZhimaError as error:
        raise ZhimaError(f"{path}: {error}") from error
