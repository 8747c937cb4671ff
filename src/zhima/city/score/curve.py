"""A score over time as a stepped line, one dot a change, in a drawing 328 units wide."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook.model import Band

WIDTH, HEIGHT = 328, 168
LEFT, RIGHT, TOP, BOTTOM = 30.0, 318.0, 14.0, 138.0
LEAST_SPAN_POINTS = 60
"""A flat life is drawn flat: a fall of one point does not fill the page."""


LARGE_POINTS = 4
MOST_DOTS = 400
"""A change a day for a year, and some."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A published score."""

    seq: int
    at: datetime
    score: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A change of the score."""

    seq: int
    x: float
    y: float
    change: int
    reason: str = ""
    """Why, where the page that draws it knows; elsewhere the dot leads to it."""

    @property
    def is_small(self) -> bool:
        """A change that is a dot, so that the larger ones stand out."""
        return abs(self.change) < LARGE_POINTS

    @property
    def mark(self) -> str:
        """A triangle that points where the score went; told apart without colour."""
        tip, foot = (-6, 5) if self.change >= 0 else (6, -5)
        left, right = self.x - 6, self.x + 6
        points = ((left, self.y + foot), (right, self.y + foot), (self.x, self.y + tip))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@dataclass(frozen=True, slots=True)
class Level:
    """A border between bands that lies within the drawing."""

    score: int
    y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The line, its dots and its axes."""

    path: str
    dots: tuple[Dot, ...]
    levels: tuple[Level, ...]
    since: datetime
    until: datetime


def curve(
    readings: Sequence[Reading],
    *,
    bands: Sequence[Band],
    until: datetime,
    reasons: Mapping[int, str] | None = None,
) -> Curve:
    """The line through `readings`, oldest first and at least one, held until `until`.

    Of the changes the latest MOST_DOTS are dots: those whose reasons a page has room for.
    """
    since = min(readings[0].at, until - timedelta(days=1))
    scale = _Scale(since, until, *_range([reading.score for reading in readings]))
    x, y = scale.x(readings[0].at), scale.y(readings[0].score)
    path = [f"M{x:.1f} {y:.1f}"]
    dots = []
    for before, after in itertools.pairwise(readings):
        x, y = scale.x(after.at), scale.y(after.score)
        path.append(f"H{x:.1f}V{y:.1f}")
        if after.score != before.score:
            reason = (reasons or {}).get(after.seq, "")
            dots.append(
                Dot(after.seq, round(x, 1), round(y, 1), after.score - before.score, reason)
            )
    path.append(f"H{RIGHT}")
    borders = (band.start for band in bands if scale.lowest < band.start < scale.highest)
    levels = tuple(Level(border, round(scale.y(border), 1)) for border in borders)
    return Curve("".join(path), tuple(dots[-MOST_DOTS:]), levels, since, until)


def _range(scores: Sequence[int]) -> tuple[int, int]:
    low, high = min(scores), max(scores)
    spare = max(LEAST_SPAN_POINTS - (high - low), 16) // 2
    return max(low - spare, SCORE_FLOOR), min(high + spare, SCORE_CEILING)


@dataclass(frozen=True, slots=True)
class _Scale:
    since: datetime
    until: datetime
    lowest: int
    highest: int

    def x(self, at: datetime) -> float:
        return LEFT + (RIGHT - LEFT) * ((at - self.since) / (self.until - self.since))

    def y(self, score: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (score - self.lowest) / (self.highest - self.lowest)
