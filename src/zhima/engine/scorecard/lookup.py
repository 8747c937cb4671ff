"""Kernels that turn values into cells and cells into points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

BLOCK_ROWS = 16_384
"""Cells (int16) and totals (int32) of a block stay in the first two caches."""

Cells = npt.NDArray[np.int16]


def padded_edges(edges: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Edges filled up with +inf to 2^k - 1, so that the search below needs no branch."""
    size = 1
    while size < len(edges):
        size = 2 * size + 1
    padded = np.full(size, np.inf)
    padded[: len(edges)] = edges
    return padded


@njit(nogil=True, cache=True)
def numeric_cells(
    values: npt.NDArray[Any],
    edges: npt.NDArray[np.float64],
    special: npt.NDArray[np.float64],
    n_bins: int,
    out: Cells,
) -> None:
    """The cell of each value: number of edges <= value, else its special code, else missing.

    An infinite value measures nothing (mostly a division by zero) and is read as missing.
    """
    missing = n_bins + special.size
    half = np.uint64((edges.size + 1) // 2)
    for row in range(values.size):
        value = np.float64(values[row])
        place = np.uint64(0)
        step = half
        while step > 0:
            # unsigned, so that numba adds no check for negative indices
            place += step * np.uint64(value >= edges[place + step - np.uint64(1)])
            step >>= np.uint64(1)
        cell = np.int16(place)
        for code in range(special.size):
            if value == special[code]:
                cell = np.int16(n_bins + code)
        out[row] = cell if np.isfinite(value) else np.int16(missing)


@njit(nogil=True, cache=True)
def level_cells(codes: npt.NDArray[np.int32], lookup: npt.NDArray[np.int16], out: Cells) -> None:
    """The cell of each level number; the last place of `lookup` serves absence (-1)."""
    last = lookup.size - 1
    for row in range(codes.size):
        code = codes[row]
        out[row] = lookup[code if code >= 0 else last]


@njit(nogil=True, cache=True)
def cross_cells(first: Cells, second: Cells, n_second: int) -> None:
    """Cells of a two-way table, written over those of its first axis."""
    for row in range(first.size):
        first[row] = first[row] * n_second + second[row]


@njit(nogil=True, cache=True)
def add_points(cells: Cells, points: npt.NDArray[np.int32], total: npt.NDArray[np.int32]) -> None:
    """Add each row's points to its total."""
    for row in range(cells.size):
        total[row] += points[np.uint16(cells[row])]
