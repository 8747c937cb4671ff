"""The audit: regions that hang on to the rest by few ties, as invented people must.

Fake accounts can tie themselves to each other as often as they like, and to real people hardly.
Trust that walks out from known people for about log n steps reaches such a region late, and a
region with few ties outward has a low conductance. It ranks where to look; it convicts nobody.
Sources: SybilRank (Cao, Sirivianos, Yang & Pregueiro 2012); sweep cut of Andersen, Chung & Lang
2006.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.checks import Indices, Points, edges_of, indices_of
from zhima.engine.network.circles import Circles, circles_of, strength_sums
from zhima.engine.network.refusals import TermsOutOfRangeError
from zhima.engine.network.terms import Terms, terms_of

LEAST_REGION_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Region:
    """People who are tied to each other and hardly to the rest."""

    people: Indices
    """Ascending."""
    inside_ties: int
    gates: int
    """Ties to people outside."""
    conductance: float
    """Strength of the gates as a share of all the strength of the region's ties; low is odd."""
    most_gain_points: float
    """No choice of own points outside can lift or lower anybody inside beyond this, in sum."""


def audit(
    edges: Any,
    *,
    people: int,
    trusted: npt.ArrayLike,
    weight: float,
    capacity: float,
) -> tuple[Region, ...]:
    """Regions among `people` people that trust hardly reaches, the oddest first.

    `edges` as in `solve`; `trusted` holds the indices of people known to be real, at least one,
    better some in every community. `weight` and `capacity` give what each gate can carry.
    Raises NetworkError as `solve` does.
    """
    terms = terms_of(weight, capacity, "self")
    seeds = indices_of(trusted, people)
    if not len(seeds):
        raise TermsOutOfRangeError("trusted must name at least one person")
    circles = circles_of(edges_of(edges, people), people)
    sums = strength_sums(circles)
    suspects = _least_conductance(circles, sums, trust(circles, sums, seeds), seeds)
    regions = [_region(circles, sums, members, terms) for members in _parts(circles, suspects)]
    return tuple(sorted(regions, key=lambda region: (region.conductance, -len(region.people))))


def trust(circles: Circles, sums: Points, seeds: Indices) -> Points:
    """Trust per unit of strength after about log n steps of a walk from `seeds`, shape (n,)."""
    held = np.zeros(circles.people)
    held[seeds] = 1 / len(np.unique(seeds))
    for _ in range(math.ceil(math.log2(max(circles.people, 2)))):
        held = _walk(circles.start, circles.contact, circles.strength, sums, held)
    return np.divide(held, sums, out=np.zeros_like(held), where=sums > 0)


def _least_conductance(
    circles: Circles, sums: Points, trusts: Points, seeds: Indices
) -> npt.NDArray[np.bool_]:
    """The people up to the emptiest cut in the order of trust, least first."""
    order = np.argsort(trusts, kind="stable").astype(np.uint32)
    order = order[(sums[order] > 0) & ~np.isin(order, seeds)]
    suspects = np.zeros(circles.people, np.bool_)
    if len(order):
        cut = _cut_before(circles.start, circles.contact, circles.strength, sums, order)
        volume = np.cumsum(sums[order])
        smaller = np.minimum(volume, sums.sum() - volume)
        conductance = np.divide(cut, smaller, out=np.full_like(cut, np.inf), where=smaller > 0)
        suspects[order[: int(np.argmin(conductance)) + 1]] = True
    return suspects


def _parts(circles: Circles, suspects: npt.NDArray[np.bool_]) -> list[Indices]:
    """The connected parts of the suspects that are large enough to be a region."""
    part = _label(circles.start, circles.contact, suspects)
    members = np.flatnonzero(part)
    members = members[np.argsort(part[members], kind="stable")]
    ends = np.cumsum(np.bincount(part[members])[1:]) if len(members) else np.zeros(0, np.int64)
    parts = np.split(members.astype(np.uint32), ends[:-1])
    return [people for people in parts if len(people) >= LEAST_REGION_PEOPLE]


def _region(circles: Circles, sums: Points, members: Indices, terms: Terms) -> Region:
    inside = np.zeros(circles.people, np.bool_)
    inside[members] = True
    strength = ties = gates = 0.0
    for i in members:
        row = slice(int(circles.start[i]), int(circles.start[i + 1]))
        out = ~inside[circles.contact[row]]
        gates += int(np.count_nonzero(out))
        ties += int(np.count_nonzero(~out))
        strength += float(circles.strength[row][out].sum())
    return Region(
        people=members,
        inside_ties=int(ties) // 2,
        gates=int(gates),
        conductance=strength / float(sums[members].sum()),
        most_gain_points=POINTS_RANGE * terms.amplification * strength / terms.capacity,
    )


@numba.njit(cache=True, nogil=True)
def _walk(start, contact, strength, sums, held):  # type: ignore[no-untyped-def]
    passed = np.zeros_like(held)
    for i in range(np.uint64(len(held))):
        for at in range(start[i], start[i + np.uint64(1)]):
            j = contact[at]
            passed[i] += strength[at] / sums[j] * held[j]
    return passed


@numba.njit(cache=True, nogil=True)
def _cut_before(start, contact, strength, sums, order):  # type: ignore[no-untyped-def]
    within = np.zeros(len(sums), np.bool_)
    cut = np.empty(len(order))
    crossing = 0.0
    for place in range(len(order)):
        i = np.uint64(order[place])
        crossing += sums[i]
        for at in range(start[i], start[i + np.uint64(1)]):
            if within[contact[at]]:
                crossing -= 2 * strength[at]
        within[i] = True
        cut[place] = crossing
    return cut


@numba.njit(cache=True, nogil=True)
def _label(start, contact, chosen):  # type: ignore[no-untyped-def]
    # Parts are numbered from 1 in the order of their first member; 0 is not chosen.
    part = np.zeros(len(chosen), np.int64)
    waiting = np.empty(len(chosen), np.uint32)
    parts = 0
    for first in range(len(chosen)):
        if not chosen[first] or part[first]:
            continue
        parts += 1
        part[first] = parts
        waiting[0], left = first, 1
        while left:
            left -= 1
            i = np.uint64(waiting[left])
            for at in range(start[i], start[i + np.uint64(1)]):
                j = contact[at]
                if chosen[j] and not part[j]:
                    part[j] = parts
                    waiting[left] = j
                    left += 1
    return part
