"""Kernels that sum over the rows in each cell, of one column or of two together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Cells = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]


@njit(nogil=True, cache=True)
def by_cell(cells: Cells, weight: Floats, out: Floats) -> None:
    """Add each row's weight to its cell."""
    for row in range(cells.size):
        out[cells[row]] += weight[row]


@njit(nogil=True, cache=True)
def by_two(first: Cells, second: Cells, weight: Floats, out: Floats) -> None:
    """Add each row's weight to its cell of a two-way table."""
    for row in range(first.size):
        out[first[row], second[row]] += weight[row]


@njit(nogil=True, cache=True)
def add_values(cells: Cells, values: Floats, total: Floats) -> None:
    """Add to each row's total the value of its cell."""
    for row in range(cells.size):
        total[row] += values[cells[row]]


@njit(nogil=True, cache=True)
def best_quarters(slope: Floats, curve: Floats, ridge: float) -> float:
    """What cutting a two-way table once each way gains over cutting it one way only.

    `slope` and `curve` hold the sums of first and second derivatives of the loss in each cell; the
    gain is that of a Newton step, squared slope over curve, after FAST (Lou et al., KDD 2013).
    """
    rows, columns = slope.shape
    s, c = np.zeros((rows + 1, columns + 1)), np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            s[i + 1, j + 1] = slope[i, j] + s[i, j + 1] + s[i + 1, j] - s[i, j]
            c[i + 1, j + 1] = curve[i, j] + c[i, j + 1] + c[i + 1, j] - c[i, j]
    best = 0.0
    for i in range(1, rows):
        above = s[i, columns] ** 2 / (c[i, columns] + ridge)
        s_rest, c_rest = s[rows, columns] - s[i, columns], c[rows, columns] - c[i, columns]
        one_way = above + s_rest**2 / (c_rest + ridge)
        for j in range(1, columns):
            s_left, c_left = s[rows, j], c[rows, j]
            s_right, c_right = s[rows, columns] - s_left, c[rows, columns] - c_left
            other_way = s_left**2 / (c_left + ridge) + s_right**2 / (c_right + ridge)
            a, ca = s[i, j], c[i, j]
            b, cb = s[i, columns] - a, c[i, columns] - ca
            d, cd = s_left - a, c_left - ca
            e, ce = s_rest - d, c_rest - cd
            both = a * a / (ca + ridge) + b * b / (cb + ridge)
            both += d * d / (cd + ridge) + e * e / (ce + ridge)
            best = max(best, both - max(one_way, other_way))
    return best
