"""Half-ties to mutual ties: both directions must be there, the weaker and younger one counts."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.network.checks import Indices

Floats = npt.NDArray[np.float32]

PARTITION_ROWS = 16_000_000
"""Half-ties laid out by person at a time; bounds the scratch memory to about 200 MB."""

AHEAD, BACK = 1, 2


class HalfTies(NamedTuple):
    """Declared ties, one a row: `lower` < `upper` are the two people.

    `strength` is negative when the person with the upper index declared it: half the memory of a
    second column where tables have hundreds of millions of rows.
    """

    lower: Indices
    upper: Indices
    strength: Floats
    age_days: Floats


class Pairs(NamedTuple):
    """Each pair of people once, sorted by lower index, whichever directions were declared."""

    lower: Indices
    upper: Indices
    strength: Floats
    """The smaller of those declared."""
    age_days: Floats
    """The younger of those declared."""
    directions: npt.NDArray[np.uint8]
    """AHEAD | BACK when both people declared the tie."""
    repeats: npt.NDArray[np.uint8]
    """Declarations beyond the first of each direction, at most 255."""

    def where(self, keep: npt.NDArray[np.bool_]) -> Pairs:
        return Pairs._make(column[keep] for column in self)


def pair_up(halves: HalfTies, *, people: int) -> Pairs:
    """Join the declarations about the same two people, whatever their order in the table."""
    ends = np.cumsum(np.bincount(halves.lower, minlength=people))
    parts, first = [], 0
    while first < people:
        begun = int(ends[first - 1]) if first else 0
        after = max(first + 1, int(np.searchsorted(ends, begun + PARTITION_ROWS, side="right")))
        parts.append(_paired(halves, ends, first, after))
        first = after
    return Pairs._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _paired(halves: HalfTies, ends: npt.NDArray[np.int64], first: int, after: int) -> Pairs:
    begun = ends[first - 1] if first else 0
    cursor = np.concatenate([[0], ends[first:after] - begun])
    rows = int(cursor[-1])
    upper = np.empty(rows, np.uint32)
    strength, age = np.empty(rows, np.float32), np.empty(rows, np.float32)
    _gather(*halves, np.uint32(first), np.uint32(after), cursor[:-1].copy(), upper, strength, age)
    pairs = Pairs(
        np.empty(rows, np.uint32),
        upper,
        strength,
        age,
        np.empty(rows, np.uint8),
        np.empty(rows, np.uint8),
    )
    found = _merge(cursor, np.uint32(first), np.full(len(ends), -1, np.int64), *pairs)
    return Pairs._make(column[:found].copy() for column in pairs)


@numba.njit(cache=True, nogil=True)
def _gather(  # type: ignore[no-untyped-def]
    lower, upper, strength, age, first, after, cursor, to_upper, to_strength, to_age
):
    for row in range(len(lower)):
        if first <= lower[row] < after:
            at = cursor[lower[row] - first]
            cursor[lower[row] - first] = at + 1
            to_upper[at], to_strength[at], to_age[at] = upper[row], strength[row], age[row]


@numba.njit(cache=True, nogil=True)
def _merge(start, first, pair_of, lower, upper, strength, age, directions, repeats):  # type: ignore[no-untyped-def]
    # Works in place: the pair written is never past the half-tie read.
    found = 0
    for row in range(len(start) - 1):
        row_begun = found
        for at in range(start[row], start[row + 1]):
            other, declared, days = upper[at], abs(strength[at]), age[at]
            direction = BACK if strength[at] < 0 else AHEAD
            pair = pair_of[other]
            if pair < row_begun:
                pair_of[other] = pair = found
                lower[pair], upper[pair] = first + np.uint32(row), other
                strength[pair], age[pair] = declared, days
                directions[pair], repeats[pair] = direction, 0
                found += 1
                continue
            if directions[pair] & direction and repeats[pair] < 255:
                repeats[pair] += 1
            directions[pair] |= direction
            strength[pair], age[pair] = min(strength[pair], declared), min(age[pair], days)
    return found


def within_cap(pairs: Pairs, cap: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which pairs stay when person i may have cap[i] ties: the oldest, then the lowest indices.

    An old tie cannot be pushed out by a wave of new ones.
    """
    degree = np.bincount(pairs.lower, minlength=len(cap))
    degree += np.bincount(pairs.upper, minlength=len(cap))
    if np.all(degree <= cap):
        return np.ones(len(pairs.lower), np.bool_)
    oldest_first = np.lexsort((pairs.upper, pairs.lower, -pairs.age_days))
    return _admit(pairs.lower, pairs.upper, oldest_first, cap.copy())


@numba.njit(cache=True, nogil=True)
def _admit(lower, upper, order, room):  # type: ignore[no-untyped-def]
    admitted = np.zeros(len(lower), np.bool_)
    for tie in order:
        if room[lower[tie]] > 0 and room[upper[tie]] > 0:
            room[lower[tie]] -= 1
            room[upper[tie]] -= 1
            admitted[tie] = True
    return admitted
