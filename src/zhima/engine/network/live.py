"""The live network: after any event every score is right, at a cost the population does not set."""

from __future__ import annotations

import math
import operator
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network import changes
from zhima.engine.network.checks import (
    Edges,
    Indices,
    Points,
    Whole,
    check_not_self,
    check_parallel,
    edges_of,
    indices_of,
    points_of,
    strengths_of,
)
from zhima.engine.network.circles import denominators_of, strength_sums
from zhima.engine.network.explanation import Explanation, explanation
from zhima.engine.network.fixpoint import groundings
from zhima.engine.network.precision import Precision
from zhima.engine.network.pushing import Pushed, Rules
from zhima.engine.network.refusals import DuplicateTieError, UnknownPersonError, UnknownTieError
from zhima.engine.network.slabs import (
    FIRST_AT_CAP,
    NO_ROOM,
    NO_TIE,
    NOT_TIED,
    SECOND_AT_CAP,
    TIED_ALREADY,
    find_tie,
)
from zhima.engine.network.snapshot import Snapshot, read_snapshot, write_snapshot
from zhima.engine.network.state import LAST_UPDATE, State, with_more_people
from zhima.engine.network.storage import (
    admit,
    at_cap,
    caps_of,
    erase,
    lay_out,
    packed,
    rows_of,
    spare_ties,
    ties_of,
)
from zhima.engine.network.sweeps import relax, settle_residual
from zhima.engine.network.terms import Missing, Terms, terms_of

DEFAULT_TIE_CAP = 500
SWEEP_SHARE, LEAST_TO_SWEEP = 1 / 16, 1_000
"""When more than this share of the people, and this many, wait for a push, sweeps over everybody
are cheaper."""


class Changed(NamedTuple):
    """Whose published score changed by more than the tolerance, and to what."""

    indices: Indices
    scores: Points


class LiveNetwork:
    """Everybody's points, kept within `tolerance_points` of the fixpoint of `solve` for ever.

    own        points in 0..600, shape (n,); person i is row i
    edges      mutual ties, each once: structured, or three parallel arrays (i, j, strength)
    weight, capacity, missing    as in `solve`
    tie_cap    most ties a person may have: one number, or one a person, shape (n,)

    Strengths are kept as float32. Every change returns `Changed`: those whose published score
    moved by more than `tolerance_points` in this change, or since they were last reported. The
    same changes in the same order give the same bits. Within an epoch the denominator D of a
    person only grows; `start_epoch` sets it afresh. A refused change raises a NetworkError and
    leaves everything as it was. One thread at a time.

    Sources: Friedkin & Johnsen 1990; Andersen, Chung & Lang 2006; Zhang, Lofgren & Goel 2016.
    """

    def __init__(
        self,
        own: npt.ArrayLike,
        edges: Any,
        *,
        weight: float,
        capacity: float,
        missing: str = "self",
        tolerance_points: float = 0.05,
        tie_cap: int | npt.ArrayLike = DEFAULT_TIE_CAP,
    ) -> None:
        precision = Precision(terms_of(weight, capacity, missing), tolerance_points)
        points = points_of(own)
        ties = edges_of(edges, len(points))
        caps = caps_of(tie_cap, len(points))
        state = lay_out(points, ties, terms=precision.terms, tie_cap=caps)
        self._begin(precision, state, people=len(points), tail=2 * len(ties.i))
        self._relax()
        self._nodes["reported"] = self._published()

    def _begin(self, precision: Precision, state: State, *, people: int, tail: int) -> None:
        self._precision, self._state = precision, state
        self._people, self._tail = people, tail
        self._updates = 0
        self._set_rules()
        # One-element arrays, so that a single change takes the path of a batch without its cost.
        self._first, self._second = np.zeros(1, np.uint32), np.zeros(1, np.uint32)
        self._points, self._strength = np.zeros(1), np.zeros(1, np.float32)

    @property
    def people(self) -> int:
        """How many indices were ever given out, those of people who left included."""
        return self._people

    @property
    def terms(self) -> Terms:
        """The terms of friendship this network lives under."""
        return self._precision.terms

    def scores(self) -> Points:
        """Everybody's published points, shape (n,); NaN for people who were removed."""
        published = np.clip(self._published(), 0, POINTS_RANGE)
        published[np.isnan(self._state.own[: self._people])] = np.nan
        return published

    def error_bound(self) -> float:
        """No published score is further than this, in points, from the exact fixpoint."""
        return self._precision.error_bound(float(np.abs(self._nodes["residual"]).max(initial=0)))

    def denominators(self) -> Points:
        """D of everybody in this epoch, shape (n,); without meaning at weight 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.terms.weight / self._nodes["factor"]

    def set_own(self, i: int, points: float) -> Changed:
        """Give person i new own points in 0..600."""
        if not 0 <= points <= POINTS_RANGE:
            points_of([points])
        self._first[0], self._points[0] = self._known(i), points
        return self._set(self._first, self._points)

    def set_owns(self, i: npt.ArrayLike, points: npt.ArrayLike) -> Changed:
        """`set_own` for many at once; of a person named twice the last points count."""
        people, numbers = self._all_known(i), points_of(points)
        check_parallel(people, numbers)
        return self._set(people, numbers)

    def tie(self, i: int, j: int, strength: float) -> Changed:
        """Tie i and j, both halves at once, with a strength in (0, 1]."""
        pair = self._pair(i, j)
        self._strength[0] = strength
        # float32 may round a strength to 0, or one beyond 1 to it.
        if not (0 < strength <= 1 and self._strength[0] > 0):
            strengths_of([strength])
            strengths_of(self._strength)
        return self._add(Edges(*pair, self._strength))

    def ties(self, i: npt.ArrayLike, j: npt.ArrayLike, strength: npt.ArrayLike) -> Changed:
        """`tie` for many at once, three parallel arrays; all of them or none."""
        edges = edges_of((self._all_known(i), self._all_known(j), strength), self._people)
        single = edges.part(slice(None), np.float32)
        # float32 may round a strength to 0.
        strengths_of(single.strength)
        return self._add(single)

    def untie(self, i: int, j: int) -> Changed:
        """End the tie of i and j, both halves at once."""
        return self._end(*self._pair(i, j))

    def unties(self, i: npt.ArrayLike, j: npt.ArrayLike) -> Changed:
        """`untie` for many at once, two parallel arrays; all of them or none."""
        people, contacts = self._all_known(i), self._all_known(j)
        check_parallel(people, contacts)
        check_not_self(people, contacts)
        return self._end(people, contacts)

    def add_person(self, points: float, *, tie_cap: int = DEFAULT_TIE_CAP) -> int:
        """Let somebody in, without ties; returns their index."""
        return int(self.add_people([points], tie_cap=tie_cap)[0])

    def add_people(
        self, points: npt.ArrayLike, *, tie_cap: int | npt.ArrayLike = DEFAULT_TIE_CAP
    ) -> Indices:
        """Let many in, without ties; returns their indices, in the order of `points`."""
        own = points_of(points)
        caps = caps_of(tie_cap, len(own))
        first, self._people = self._people, self._people + len(own)
        if self._people > len(self._state.own):
            self._state = with_more_people(self._state, self._people + self._people // 2)
        admit(self._state, self.terms, first, own, caps)
        self._set_rules()
        return np.arange(first, self._people, dtype=np.uint32)

    def remove_person(self, i: int) -> Changed:
        """Let person i go: their ties end, their points are erased, the index is never reused."""
        return self.remove_people([i])

    def remove_people(self, i: npt.ArrayLike) -> Changed:
        """`remove_person` for many at once."""
        leaving = np.unique(self._all_known(i))
        changed = self._end(*ties_of(self._state, leaving))
        erase(self._state, leaving)
        stay = ~np.isin(changed.indices, leaving)
        return Changed(changed.indices[stay], changed.scores[stay])

    def score(self, i: int) -> float:
        """Person i's published score in points, as `explain` has it."""
        node = self._state.node[self._known(i)]
        return float(node["score"] + node["residual"])

    def is_tied(self, i: int, j: int) -> bool:
        """Whether i and j are tied."""
        first, second = np.uint64(self._known(i)), np.uint64(self._known(j))
        return bool(find_tie(self._state, first, second) != NO_TIE)

    def explain(self, i: int) -> Explanation:
        """Person i's published score, contact by contact, exactly."""
        return explanation(self._state, self.terms, self._known(i))

    def what_if_leaves(self, i: int, j: int) -> float:
        """The score, in points, person i would have if the tie to j ended; nothing changes."""
        pair = tuple(np.uint64(person[0]) for person in self._pair(i, j))
        if find_tie(self._state, *pair) == NO_TIE:
            raise UnknownTieError(f"people {i} and {j} are not tied")
        published = changes.score_without(self._state, self._rules, self._next_update(), *pair)
        return float(np.clip(published, 0, POINTS_RANGE))

    def start_epoch(self) -> Changed:
        """Set everybody's D afresh from the ties of today, and pack the arena."""
        before = self._published()
        self._state, self._tail = packed(self._state, self._people, spare=spare_ties(self._tail))
        sums = strength_sums(rows_of(self._state, self._people))
        self._nodes["factor"] = self.terms.weight / denominators_of(sums, self.terms.capacity)
        grounding = groundings(sums, self._nodes["factor"], self.terms)
        self._state.grounding[: self._people] = grounding
        self._refresh()
        return self._report_since(before)

    def save(self, path: Path | str) -> None:
        """Write a snapshot, whole or not at all; a loaded one goes on with the same bits."""
        write_snapshot(Path(path), Snapshot(self._precision, self._state, self._people))

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a snapshot; a damaged or cut one is a NetworkError."""
        precision, state, people = read_snapshot(Path(path))
        network = cls.__new__(cls)
        network._begin(precision, state, people=people, tail=int(state.used.sum(dtype=np.int64)))
        return network

    @property
    def _nodes(self) -> npt.NDArray[np.void]:
        return self._state.node[: self._people]

    def _set_rules(self) -> None:
        self._rules = Rules(
            weight=self.terms.weight,
            ground=self.terms.missing is Missing.GROUND,
            most=self._precision.most_residual,
            tolerance=self._precision.tolerance_points,
            sweep_above=max(int(self._people * SWEEP_SHARE), LEAST_TO_SWEEP),
        )

    def _published(self) -> Points:
        return self._nodes["score"] + self._nodes["residual"]

    def _known(self, i: int) -> int:
        index = operator.index(i)
        if not 0 <= index < self._people:
            indices_of([index], self._people)
        if math.isnan(self._state.own[index]):
            raise UnknownPersonError(f"person {index} was removed; the index is not used again")
        return index

    def _all_known(self, i: npt.ArrayLike) -> Indices:
        people = indices_of(i, self._people)
        gone = np.flatnonzero(np.isnan(self._state.own[people]))
        if len(gone):
            raise UnknownPersonError(
                f"person {people[gone[0]]} was removed; the index is not used again"
            )
        return people

    def _pair(self, i: int, j: int) -> tuple[Indices, Indices]:
        self._first[0], self._second[0] = self._known(i), self._known(j)
        if i == j:
            check_not_self(self._first, self._second)
        return self._first, self._second

    def _set(self, people: Indices, points: Points) -> Changed:
        update = self._next_update()
        return self._after(changes.set_owns(self._state, self._rules, update, people, points))

    def _add(self, edges: Edges) -> Changed:
        spare = spare_ties(self._tail)
        while True:
            verdict, at, self._tail, pushed = changes.add_ties(
                self._state, self._rules, self._next_update(), *edges, self._tail
            )
            if verdict != NO_ROOM:
                break
            # Twice as much each time: how often slabs move in one batch is hard to foretell.
            spare *= 2
            self._state, self._tail = packed(self._state, self._people, spare=spare)
        self._refuse(verdict, edges.i[at : at + 1], edges.j[at : at + 1])
        return self._after(pushed)

    def _end(self, i: Indices, j: Indices) -> Changed:
        verdict, at, pushed = changes.end_ties(self._state, self._rules, self._next_update(), i, j)
        self._refuse(verdict, i[at : at + 1], j[at : at + 1])
        return self._after(pushed)

    def _refuse(self, verdict: int, i: Whole, j: Whole) -> None:
        if verdict == TIED_ALREADY:
            raise DuplicateTieError(f"people {i[0]} and {j[0]} are tied already; untie them first")
        if verdict == NOT_TIED:
            raise UnknownTieError(f"people {i[0]} and {j[0]} are not tied")
        if verdict in {FIRST_AT_CAP, SECOND_AT_CAP}:
            person = int(i[0] if verdict == FIRST_AT_CAP else j[0])
            raise at_cap(person, int(self._state.tie_cap[person]))

    def _next_update(self) -> int:
        if self._updates == LAST_UPDATE:
            self._nodes["mark"] = 0
            self._updates = 0
        self._updates += 1
        return self._updates

    def _after(self, pushed: Pushed) -> Changed:
        self._precision.additions += int(pushed.reached) + int(pushed.touched)
        if pushed.waiting:
            return self._sweep(self._state.before[: pushed.touched])
        if self._precision.repair_is_due:
            self._refresh()
        return Changed(pushed.people, pushed.scores)

    def _sweep(self, touched: npt.NDArray[np.void]) -> Changed:
        before = self._published()
        before[touched["person"]] = touched["score"] + touched["residual"]
        self._nodes["mark"] = 0
        self._relax()
        return self._report_since(before)

    def _relax(self) -> None:
        nodes, rows = self._nodes, rows_of(self._state, self._people)
        sweeps = relax(
            rows,
            nodes["factor"],
            nodes["score"],
            nodes["residual"],
            until=self._precision.most_residual,
        )
        self._precision.additions += sweeps * int(rows.count.max(initial=0))

    def _refresh(self) -> None:
        """Work residuals out from scratch, so that rounding of the past is gone."""
        nodes, state = self._nodes, self._state
        grounded = np.nan_to_num(state.grounding[: self._people] * state.own[: self._people])
        rows = rows_of(state, self._people)
        settle_residual(rows, nodes["factor"], grounded, nodes["score"], nodes["residual"])
        self._precision.additions = int(rows.count.max(initial=0))
        self._relax()

    def _report_since(self, before: Points) -> Changed:
        now, tolerance = self._published(), self._precision.tolerance_points
        moved = np.abs(now - before) > tolerance
        moved |= np.abs(now - self._nodes["reported"]) > tolerance
        people = np.flatnonzero(moved).astype(np.uint32)
        self._nodes["reported"][people] = now[people]
        return Changed(people, np.clip(now[people], 0, POINTS_RANGE))
