"""The smooth trainer: tables that bend only as far as the outcomes make them.

A penalised additive logistic regression on cells. Every table is pulled to zero (ridge), ordered
cells also to a straight line (squared second differences), two-way tables to their neighbours. How
hard, each table decides by restricted maximum likelihood, in the updates of Wood and Fasiolo
(Biometrics 73, 2017, the generalised Fellner-Schall method).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from sklearn.isotonic import IsotonicRegression
from threadpoolctl import threadpool_limits

from zhima.engine.scorecard import tallies
from zhima.engine.scorecard.additive import Additive, Design, Floats, as_codes
from zhima.engine.scorecard.tallies import Cells

MAX_CELLS = 1_000
"""Cells of all main effects together; more, and each column is cut more coarsely."""
CELLS_A_ROW = 2
"""Cells that a row can pay for."""
MOST_BINS = 32
"""Of a column: narrower ones follow noise, which other trainers average away by bagging."""
MIN_CELLS = 5
"""Of a column, before columns that tell little are left out altogether."""
MAX_TALLIES = 2_000_000_000
"""Rows times pairs of columns in one step: what a step may cost."""
TUNING_ROWS = 30_000
"""Rows that decide how smooth tables are; all rows decide the tables."""
TUNING_STEPS = 15
_STRENGTHS = (1e-2, 1e6)


@dataclass(frozen=True, slots=True)
class _Term:
    """One table: the cell of every row, and how it is penalised."""

    cells: Cells
    penalties: tuple[Floats, ...]
    strengths: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        return len(self.penalties[0])

    def penalty(self) -> Floats:
        return np.sum([a * p for a, p in zip(self.strengths, self.penalties, strict=True)], axis=0)

    def rows(self, chosen: npt.NDArray[np.int64]) -> _Term:
        return replace(self, cells=self.cells[chosen])


@dataclass(frozen=True, slots=True)
class _State:
    """Where Newton's method stands."""

    values: Floats
    """Of all tables, one after the other, and the intercept last."""
    log_odds: Floats
    spread: tuple[Floats, ...] = ()
    """Of each table the covariance of its values."""


def smooth(design: Design, bad: Floats, *, seed: int) -> Additive:
    """Fit main effects, then the pairs on what they leave, then both together."""
    with threadpool_limits(1, user_api="blas"):
        return _fit(design, bad, seed)


def _fit(design: Design, bad: Floats, seed: int) -> Additive:
    codes = as_codes(design.matrix, design.sizes).astype(np.uint16)
    columns, places = _coarsened(design, codes, bad)
    mains = [_main(design, codes, c, place) for c, place in zip(columns, places, strict=True)]
    pairs = [_pair(design, codes, first) for first in range(design.mains, len(design.sizes), 2)]
    some = np.random.default_rng(seed).permutation(len(bad))[:TUNING_ROWS]
    rest = np.zeros(len(bad))
    mains = _tuned(mains, bad, rest, some)
    if pairs:
        pairs = _tuned(pairs, bad, _solved(mains, bad, rest, steps=8).log_odds, some)
    terms = [*mains, *pairs]
    found = _solved(terms, bad, rest, steps=10)
    solved = [found.values[block] for block in _blocks(terms)]
    tables = [np.zeros(size) for size in design.sizes[: design.mains]]
    for column, place, table in zip(columns, places, solved, strict=False):
        tables[column] = _one_way(table[place], design, column, codes[:, column])
    shapes = [
        design.sizes[first : first + 2] for first in range(design.mains, len(design.sizes), 2)
    ]
    matrices = [
        table.reshape(shape) for table, shape in zip(solved[len(mains) :], shapes, strict=True)
    ]
    return Additive(float(found.values[-1]), tuple(tables), tuple(matrices))


def _coarsened(
    design: Design, codes: Cells, bad: Floats
) -> tuple[list[int], list[npt.NDArray[np.int64]]]:
    """The columns that take part, and for each the coarse cell of every fine cell."""
    cells = min(MAX_CELLS, int(CELLS_A_ROW * len(bad)))
    most = min(cells // MIN_CELLS, int(np.sqrt(2 * MAX_TALLIES / len(bad))))
    told = [_told(codes[:, column], bad) for column in range(design.mains)]
    columns = sorted(np.argsort(-np.array(told), kind="stable")[:most].tolist())
    bins = min(max(cells // len(columns), MIN_CELLS), MOST_BINS)
    return columns, [
        _places(codes[:, column], design.sizes[column], design.ordered[column], bins)
        for column in columns
    ]


def _told(cells: Cells, bad: Floats) -> float:
    """How much a column tells about the outcome: chi-squared over its degrees of freedom."""
    rows = np.bincount(cells).astype(np.float64)
    seen = rows > 0
    excess = np.bincount(cells, bad - bad.mean())[seen]
    return float((excess**2 / rows[seen]).sum() / max(int(seen.sum()) - 1, 1))


def _places(cells: Cells, size: int, ordered: int, bins: int) -> npt.NDArray[np.int64]:
    """Ordered cells joined to at most `bins` of about equal rows; others stay by themselves."""
    rows = np.bincount(cells, minlength=size)[:ordered].astype(np.float64)
    share = (np.cumsum(rows) - rows / 2) / max(rows.sum(), 1)
    wanted = np.minimum((share * bins).astype(np.int64), bins - 1)
    joined = np.arange(ordered) if ordered <= bins else np.unique(wanted, return_inverse=True)[1]
    first = int(joined.max()) + 1 if ordered else 0
    return np.concatenate([joined, first + np.arange(size - ordered)])


def _main(design: Design, codes: Cells, column: int, place: npt.NDArray[np.int64]) -> _Term:
    size = int(place.max()) + 1
    ordered = size - (design.sizes[column] - design.ordered[column])
    bend = np.zeros((size, size))
    bend[:ordered, :ordered] = _differences(ordered, 2)
    penalties = (np.eye(size), bend) if ordered > 2 and design.numeric[column] else (np.eye(size),)
    return _Term(place.astype(np.uint16)[codes[:, column]], penalties, (5.0,) * len(penalties))


def _pair(design: Design, codes: Cells, first: int) -> _Term:
    """A two-way table; the last cell of each side is missing and has no neighbour."""
    rows, columns = design.sizes[first : first + 2]
    sides = [np.zeros((size, size)) for size in (rows, columns)]
    for side in sides:
        side[:-1, :-1] = _differences(len(side) - 1, 1)
    steps = np.kron(sides[0], np.eye(columns)) + np.kron(np.eye(rows), sides[1])
    cells = codes[:, first] * np.uint16(columns) + codes[:, first + 1]
    return _Term(cells, (np.eye(rows * columns), steps), (20.0, 5.0))


def _differences(size: int, order: int) -> Floats:
    if size <= order:
        return np.zeros((size, size))
    steps = np.diff(np.eye(size), n=order, axis=0)
    return np.asarray(steps.T @ steps)


def _tuned(
    terms: list[_Term], bad: Floats, start: Floats, some: npt.NDArray[np.int64]
) -> list[_Term]:
    """The terms with strengths of restricted maximum likelihood on some rows."""
    few = [term.rows(some) for term in terms]
    outcome, start = bad[some], start[some]
    state = _begin(few, outcome, start)
    for _ in range(TUNING_STEPS):
        state = _step(few, outcome, start, state, with_spread=True)
        tables = [state.values[block] for block in _blocks(few)]
        updated = [_restrung(*each) for each in zip(few, tables, state.spread, strict=True)]
        moved = max(_moved(old, new) for old, new in zip(few, updated, strict=True))
        few = updated
        if moved < 0.15:
            break
    return [replace(term, strengths=new.strengths) for term, new in zip(terms, few, strict=True)]


def _restrung(term: _Term, table: Floats, spread: Floats) -> _Term:
    """Each strength times (its share of the prior's freedom less the posterior's) over its size."""
    prior = np.linalg.inv(term.penalty() + 1e-8 * np.eye(term.size))
    strengths = []
    for old, penalty in zip(term.strengths, term.penalties, strict=True):
        freedom = max(float((prior * penalty).sum() - (spread * penalty).sum()), 1e-8)
        new = old * freedom / max(float(table @ penalty @ table), 1e-10)
        # a step at a time: the first tables are far from the last
        kept = np.clip(new, old / 20, old * 20)
        strengths.append(float(np.clip(kept, *_STRENGTHS)))
    return replace(term, strengths=tuple(strengths))


def _moved(old: _Term, new: _Term) -> float:
    """Largest change of a strength, on the scale of logarithms; very strong ones do not matter."""
    steps = [
        abs(np.log(b / a)) for a, b in zip(old.strengths, new.strengths, strict=True) if b < 3e5
    ]
    return float(max(steps, default=0.0))


def _begin(terms: Sequence[_Term], bad: Floats, start: Floats) -> _State:
    """Tables of zeros; an intercept where nothing else says anything yet."""
    values = np.zeros(sum(term.size for term in terms) + 1)
    values[-1] = 0.0 if start.any() else np.log(bad.mean() / (1 - bad.mean()))
    return _State(values, start + values[-1])


def _solved(terms: Sequence[_Term], bad: Floats, start: Floats, *, steps: int) -> _State:
    """Newton's method with the strengths as they are."""
    state = _begin(terms, bad, start)
    for _ in range(steps):
        before = state.log_odds
        state = _step(terms, bad, start, state, with_spread=False)
        if float(np.abs(state.log_odds - before).max()) < 1e-3:
            break
    return state


def _step(
    terms: Sequence[_Term], bad: Floats, start: Floats, state: _State, *, with_spread: bool
) -> _State:
    """One step of Newton's method, shortened until the penalised likelihood gains by it."""
    p_bad = 1.0 / (1.0 + np.exp(-state.log_odds))
    weight = np.maximum(p_bad * (1.0 - p_bad), 1e-6)
    wanted = weight * (state.log_odds - start) + bad - p_bad
    blocks = _blocks(terms)
    normal, right = _normal_equations(terms, blocks, weight, wanted)
    factor, _ = lapack.dpotrf(normal, lower=1, overwrite_a=1)
    values, _ = lapack.dpotrs(factor, right, lower=1)
    log_odds = start + values[-1]
    for term, block in zip(terms, blocks, strict=True):
        tallies.add_values(term.cells, values[block], log_odds)
    best = _shortened(terms, blocks, bad, state, _State(values, log_odds))
    if not with_spread:
        return best
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    return replace(best, spread=tuple(_whole(inverse[block, block]) for block in blocks))


def _shortened(
    terms: Sequence[_Term], blocks: Sequence[slice], bad: Floats, old: _State, new: _State
) -> _State:
    """A rare outcome makes full steps overshoot: half of it, a quarter ... that does not lose."""

    def loss(state: _State) -> float:
        tables = [state.values[block] for block in blocks]
        bent = sum(
            float(table @ term.penalty() @ table) for term, table in zip(terms, tables, strict=True)
        )
        return float((np.logaddexp(0.0, state.log_odds) - bad * state.log_odds).sum()) + bent / 2

    limit = loss(old) + 1e-9
    for _ in range(8):
        if loss(new) <= limit:
            return new
        new = _State((old.values + new.values) / 2, (old.log_odds + new.log_odds) / 2)
    return old


def _blocks(terms: Sequence[_Term]) -> list[slice]:
    ends = np.cumsum([0, *(term.size for term in terms)]).tolist()
    return [slice(first, last) for first, last in pairwise(ends)]


def _normal_equations(
    terms: Sequence[_Term], blocks: Sequence[slice], weight: Floats, wanted: Floats
) -> tuple[Floats, Floats]:
    """The lower triangle of the penalised normal equations, the intercept last."""
    size = blocks[-1].stop + 1
    normal, right = np.zeros((size, size), order="F"), np.zeros(size)
    normal[-1, -1], right[-1] = weight.sum(), wanted.sum()

    def fill(i: int) -> None:
        term, block = terms[i], blocks[i]
        rows, said = np.zeros(term.size), np.zeros(term.size)
        tallies.by_cell(term.cells, weight, rows)
        tallies.by_cell(term.cells, wanted, said)
        normal[block, block] = np.diag(rows + 1e-6) + term.penalty()
        normal[-1, block], right[block] = rows, said
        for j in range(i):
            both = np.zeros((term.size, terms[j].size))
            tallies.by_two(term.cells, terms[j].cells, weight, both)
            normal[block, blocks[j]] = both

    _on_all_cores(fill, range(len(terms)))
    return normal, right


def _on_all_cores(work: Callable[[int], None], over: Sequence[int]) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, over))


def _whole(lower: Floats) -> Floats:
    return np.tril(lower) + np.tril(lower, -1).T


def _one_way(table: Floats, design: Design, column: int, cells: Cells) -> Floats:
    """A table of a declared direction, made to keep it with the least squared change."""
    sign, ordered = design.signs[column], design.ordered[column]
    if sign == 0:
        return table
    rows = np.bincount(cells, minlength=len(table))[:ordered] + 1e-9
    place = np.arange(ordered)
    shape = IsotonicRegression(increasing=sign > 0).fit(place, table[:ordered], rows)
    return np.concatenate([shape.predict(place), table[ordered:]])
