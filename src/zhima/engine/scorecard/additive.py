"""Additive models on cells: what every trainer returns, and what averages of them are again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Predict = Callable[[Floats], Floats]
VALUES_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Design:
    """What trainers see: fine columns for main effects, coarse pairs of columns for two-way tables.

    A column holds cell numbers; the last cell of each (missing) is NaN.
    """

    matrix: Floats
    """Shape (n, columns)."""
    sizes: tuple[int, ...]
    """Cells of each column, missing included."""
    mains: int
    """The first so many columns are main effects; the rest come two by two."""
    ordered: tuple[int, ...]
    """For each main effect how many of its first cells have an order (bins; not codes, missing)."""
    numeric: tuple[bool, ...]
    """For each main effect whether its cells follow a number, or the order is one of levels."""
    signs: tuple[int, ...]
    """For each main effect how bad log-odds must move with the cell: 1, -1, or 0 for any way."""

    @property
    def groups(self) -> list[list[int]]:
        pairs = range(self.mains, len(self.sizes), 2)
        return [*([column] for column in range(self.mains)), *([c, c + 1] for c in pairs)]

    @property
    def n_pairs(self) -> int:
        return (len(self.sizes) - self.mains) // 2

    def rows(self, chosen: npt.NDArray[np.int64]) -> Design:
        return replace(self, matrix=self.matrix[chosen])

    def main_part(self) -> Design:
        """The same rows without the pairs."""
        return replace(self, matrix=self.matrix[:, : self.mains], sizes=self.sizes[: self.mains])


@dataclass(frozen=True, slots=True)
class Additive:
    """Log-odds of bad: an intercept, a table for each main effect, a matrix for each pair."""

    intercept: float
    mains: tuple[Floats, ...]
    pairs: tuple[Floats, ...]

    def parts(self) -> tuple[Additive, Additive]:
        """Main effects with the intercept, and pairs alone; together the model."""
        silent = tuple(np.zeros_like(table) for table in self.mains)
        return Additive(self.intercept, self.mains, ()), Additive(0.0, silent, self.pairs)

    def log_odds(self, design: Design) -> Floats:
        """Shape (n,)."""
        codes = as_codes(design.matrix, design.sizes)
        total = np.full(len(codes), self.intercept)
        for column, table in enumerate(self.mains):
            total += table[codes[:, column]]
        for index, matrix in enumerate(self.pairs):
            first = design.mains + 2 * index
            total += matrix[codes[:, first], codes[:, first + 1]]
        return total


def as_matrix(codes: npt.NDArray[np.integer], sizes: Sequence[int]) -> Floats:
    """Cell numbers as trainers take them: NaN for missing, the last cell of each column."""
    return np.where(codes == np.array(sizes) - 1, np.nan, codes.astype(np.float64))


def as_codes(matrix: Floats, sizes: Sequence[int]) -> npt.NDArray[np.int64]:
    """The inverse of `as_matrix`."""
    return np.where(np.isnan(matrix), np.array(sizes) - 1, matrix).astype(np.int64)


def tabulate(predict: Predict, design: Design) -> Additive:
    """Read the tables out of any model that adds up over the groups of a design.

    The model is asked around one reference row: f_i(x) = F(x, rest) - F(reference). That is exact
    for a model without other interactions, whatever library it comes from.
    """
    groups = design.groups
    reference = np.zeros(len(design.sizes))
    origin = float(predict(reference[None, :])[0])
    said: list[Floats] = []
    asked: list[Floats] = []
    for number, group in enumerate(groups, start=1):
        asked.append(_varied(reference, group, design.sizes))
        # one question for many tables: a library takes milliseconds to begin an answer
        if number == len(groups) or sum(rows.size for rows in asked) > VALUES_AT_ONCE:
            answers = predict(np.concatenate(asked)) - origin
            said += np.split(answers, np.cumsum([len(rows) for rows in asked])[:-1])
            asked = []
    pairs = zip(groups[design.mains :], said[design.mains :], strict=True)
    return Additive(
        origin,
        tuple(said[: design.mains]),
        tuple(table.reshape([design.sizes[column] for column in pair]) for pair, table in pairs),
    )


def mix(models: Sequence[Additive], weights: Floats, intercept: float) -> Additive:
    """The weighted sum of additive models, again additive; a model without pairs counts as zero."""
    n_pairs = max(len(model.pairs) for model in models)
    weighted = list(zip(weights, models, strict=True))
    return Additive(
        intercept + float(sum(weight * model.intercept for weight, model in weighted)),
        tuple(
            np.sum([weight * model.mains[i] for weight, model in weighted], axis=0)
            for i in range(len(models[0].mains))
        ),
        tuple(
            np.sum([weight * model.pairs[i] for weight, model in weighted if model.pairs], axis=0)
            for i in range(n_pairs)
        ),
    )


def _varied(reference: Floats, columns: Sequence[int], sizes: Sequence[int]) -> Floats:
    """The reference row with every combination of cells in some columns."""
    grids = np.meshgrid(*(np.arange(sizes[column]) for column in columns), indexing="ij")
    rows = np.tile(reference, (grids[0].size, 1))
    for column, grid in zip(columns, grids, strict=True):
        cells = grid.ravel()
        rows[:, column] = np.where(cells == sizes[column] - 1, np.nan, cells)
    return rows
