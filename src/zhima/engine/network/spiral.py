"""The spiral and its distance to collapse: when dropping people starts to feed itself.

Somebody falls; contacts feel it and loosen their ties to whoever lowers them; that lowers more.
Let a person give up the share q of a tie for each point that the contact's last fall took from
her. With D as it was (it does not shrink within an epoch), l the most that anybody's score moved
in a round, and W_ij = c_ij / D_i at most 1/m:

- a tie is felt by both ends, each by at most a l / m points, and loosens by at most 2 q a l / m;
- that moves the right side of anybody's equation by at most a * 2 q a l / m * 600, because the
  shares of her contacts sum to at most 1 and no two numbers are further apart than 600;
- the fixpoint moves by at most 1 / (1 - a) of that.

So each round is at most `ratio` = 1200 q a^2 / (m (1 - a)) of the one before. Below 1 the spiral
dies out whoever falls and however people are tied, and a fall of d points costs nobody more than
d / (1 - ratio). The bound holds for `self` and `ground`. tests/properties/test_spiral.py holds it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.terms import terms_of


@dataclass(frozen=True, slots=True)
class Collapse:
    """How far the terms of friendship are from a spiral that feeds itself."""

    critical_reaction: float
    """Share of a tie given up for each point it took, below which every spiral dies out.

    Infinite when friends do not count.
    """

    def ratio(self, reaction: float) -> float:
        """The most that a round can be of the one before it, at a reaction of 0 or more."""
        if reaction < 0:
            raise ValueError(f"a reaction of {reaction} would tie people closer")
        return reaction / self.critical_reaction

    def most_lost(self, fall_points: float, *, reaction: float) -> float:
        """No score falls by more, in all rounds together, when one person's own points fall so."""
        ratio = self.ratio(reaction)
        return fall_points / (1 - ratio) if ratio < 1 else math.inf


def collapse(*, weight: float, capacity: float) -> Collapse:
    """The distance to collapse under friends' weight a and capacity m of a rulebook.

    Raises TermsOutOfRangeError for terms that cannot be solved.
    """
    terms = terms_of(weight, capacity, "self")
    pull = 2 * POINTS_RANGE * terms.weight**2
    if pull == 0:
        return Collapse(math.inf)
    return Collapse(terms.capacity * (1 - terms.weight) / pull)
