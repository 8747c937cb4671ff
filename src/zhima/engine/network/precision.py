"""How wrong the live scores can be, rounding included, and when to work them out afresh.

With r = T(x) - x the published T(x) = x + r lies within a / (1 - a) max |r| of the fixpoint. An
error e in a stored r (rounding of what was added to it) counts 1 / (1 - a) times; a strength
rounded to float32 moves a row of W by at most 2^-23 of itself.
"""

from __future__ import annotations

from zhima.engine.kinds import POINTS_RANGE
from zhima.engine.network.refusals import TermsOutOfRangeError
from zhima.engine.network.terms import Terms, check_tolerance

LEAST_TOLERANCE_POINTS = 0.001
DRIFT_SHARE = 0.01
"""Share of the tolerance that rounding may use up before residuals are worked out afresh."""
MARGIN_SHARE = 2 * DRIFT_SHARE

_ROUNDING_OF_STRENGTHS = 2.0**-23
# Three roundings of numbers up to the range in each addition to a residual.
_ROUNDING_OF_AN_ADDITION = 3 * POINTS_RANGE * 2.0**-53


def error_of_single_strengths(terms: Terms) -> float:
    """Points by which strengths rounded to float32 can move the fixpoint."""
    return terms.amplification * POINTS_RANGE * _ROUNDING_OF_STRENGTHS


class Precision:
    """Keeps account of what rounding may have done to any one residual."""

    def __init__(self, terms: Terms, tolerance_points: float) -> None:
        check_tolerance(tolerance_points, LEAST_TOLERANCE_POINTS)
        self.terms = terms
        self.tolerance_points = tolerance_points
        self._error_of_strengths = error_of_single_strengths(terms)
        self.additions = 0
        """Since residuals were last fresh; any one of them had at most this many."""
        spare = tolerance_points * (1 - MARGIN_SHARE) - self._error_of_strengths
        if spare <= 0:
            raise TermsOutOfRangeError(
                f"tolerance_points {tolerance_points} cannot be kept at weight {terms.weight}"
            )
        self.most_residual = spare / terms.amplification if terms.weight else float("inf")

    @property
    def _drift(self) -> float:
        return self.additions * _ROUNDING_OF_AN_ADDITION * (1 + self.terms.amplification)

    @property
    def repair_is_due(self) -> bool:
        """Whether rounding may have used up its share of the tolerance."""
        return self._drift > DRIFT_SHARE * self.tolerance_points

    def error_bound(self, largest_residual: float) -> float:
        """Points by which a published score can differ from the exact fixpoint."""
        if self.terms.weight == 0:
            return 0.0
        pushed = self.terms.amplification * largest_residual
        return pushed + self._error_of_strengths + self._drift
