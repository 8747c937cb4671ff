"""The members of a fictional co-operative, how reliable they are, and who knows whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STREETS = ("Sesame", "Millet", "Bamboo", "Lantern", "Harbour", "Quarry", "Orchard", "Ferry")


@dataclass(frozen=True, slots=True)
class Members:
    """n members. `reliability` is what no record shows; everything recorded follows from it."""

    ids: tuple[str, ...]
    street: Ints
    """Index into STREETS; neighbours know each other more often."""
    reliability: Floats
    """Standard normal; a promise is kept with odds that grow with it."""
    joined_month: Ints
    """Months after the first; most were there from the start."""
    first: Ints
    """One end of each friendship, and the other; each friendship once."""
    second: Ints
    strength: Floats
    """0..1, how close they say they are."""

    @property
    def count(self) -> int:
        return len(self.ids)


def gather(*, count: int, months: int, rng: np.random.Generator) -> Members:
    """Members and friendships; friends resemble each other a little, as people do."""
    street = rng.integers(0, len(STREETS), count)
    reliability = rng.normal(0, 1, count) + 0.35 * rng.normal(0, 1, len(STREETS))[street]
    late = rng.random(count) < 0.15
    joined = np.where(late, rng.integers(1, max(months - 2, 2), count), 0)
    first, second = _friendships(street, reliability, rng)
    width = len(str(count))
    return Members(
        ids=tuple(f"{STREETS[s]}-{number:0{width}d}" for number, s in enumerate(street, start=1)),
        street=street,
        reliability=reliability,
        joined_month=joined,
        first=first,
        second=second,
        strength=np.round(rng.uniform(0.2, 1.0, len(first)), 2),
    )


def _friendships(street: Ints, reliability: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    count = len(street)
    tries = count * 48
    one, two = rng.integers(0, count, tries), rng.integers(0, count, tries)
    alike = np.exp(-np.abs(reliability[one] - reliability[two]))
    near = np.where(street[one] == street[two], 1.0, 0.12)
    made = (rng.random(tries) < alike * near * 0.9) & (one != two)
    pairs = np.unique(np.sort(np.column_stack([one[made], two[made]]), axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]
