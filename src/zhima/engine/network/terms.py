"""The rulebook's terms of friendship: how much friends weigh, and what a missing tie does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from zhima.engine.network.refusals import TermsOutOfRangeError


class Missing(StrEnum):
    """What becomes of the weight a person's ties do not fill."""

    SELF = "self"
    """It goes to the person's own points: few friends cost nothing."""
    GROUND = "ground"
    """It is lost: every missing tie costs points."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Weight a (a share), capacity m (a sum of strengths) and what missing ties do."""

    weight: float
    capacity: float
    missing: Missing

    @property
    def amplification(self) -> float:
        """a / (1 - a): how far an error of one sweep can still travel."""
        return self.weight / (1 - self.weight)


def terms_of(weight: float, capacity: float, missing: str) -> Terms:
    """Check the three terms; TermsOutOfRangeError names the one that cannot be solved."""
    if not 0 <= weight < 1:
        raise TermsOutOfRangeError(f"weight {weight} must be at least 0 and below 1")
    if not (capacity > 0 and math.isfinite(capacity)):
        raise TermsOutOfRangeError(f"capacity {capacity} must be a number above 0")
    if missing not in set(Missing):
        raise TermsOutOfRangeError(f"missing {missing!r} must be 'self' or 'ground'")
    return Terms(float(weight), float(capacity), Missing(missing))


def check_tolerance(tolerance_points: float, least_points: float) -> None:
    """Refuse a tolerance that is not a number of points of at least `least_points`."""
    if not (tolerance_points >= least_points and math.isfinite(tolerance_points)):
        raise TermsOutOfRangeError(
            f"tolerance_points {tolerance_points} must be at least {least_points}"
        )
