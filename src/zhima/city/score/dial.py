"""The dial of 350 to 950 as arcs and points of a drawing 328 units wide; it holds no words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from zhima.engine.kinds import POINTS_RANGE, SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook.model import Band

WIDTH, HEIGHT = 328, 252
CENTRE_X, CENTRE_Y, RADIUS = 164.0, 160.0, 132.0
START_DEGREES, SWEEP_DEGREES = 150.0, 240.0
GAP_POINTS = 2.5
"""Left free on both sides of a border, so that bands are told apart without colour."""
LABEL_RADIUS = RADIUS + 15


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BandArc:
    """One band of the dial."""

    band: Band
    path: str
    is_here: bool
    border: Place
    """Where the number at which it starts is written."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Everything that the drawing needs."""

    score: int
    low: int
    high: int
    band: Band
    arcs: tuple[BandArc, ...]
    interval: str
    needle: Place
    first: Place
    """Where the ends of the scale are written."""
    last: Place


def dial(*, score: int, low: int, high: int, bands: Sequence[Band]) -> Dial:
    """The dial of one score, 350..950, with its interval and the bands of the rulebook."""
    here = next(band for band in bands if band.start <= score < band.below)
    return Dial(
        score=score,
        low=low,
        high=high,
        band=here,
        arcs=tuple(_band_arc(band, is_here=band is here) for band in bands),
        interval=_arc(RADIUS, low, max(high, low + 1)),
        needle=_place(RADIUS, score),
        first=_place(RADIUS, SCORE_FLOOR),
        last=_place(RADIUS, SCORE_CEILING),
    )


def _band_arc(band: Band, *, is_here: bool) -> BandArc:
    end = min(band.below, SCORE_CEILING)
    start = band.start + (GAP_POINTS if band.start > SCORE_FLOOR else 0)
    stop = end - (GAP_POINTS if end < SCORE_CEILING else 0)
    return BandArc(band, _arc(RADIUS, start, stop), is_here, _place(LABEL_RADIUS, band.start))


def _place(radius: float, score: float) -> Place:
    turned = (score - SCORE_FLOOR) / POINTS_RANGE * SWEEP_DEGREES
    angle = math.radians(START_DEGREES + turned)
    return Place(
        round(CENTRE_X + radius * math.cos(angle), 2), round(CENTRE_Y + radius * math.sin(angle), 2)
    )


def _arc(radius: float, start: float, end: float) -> str:
    first, last = _place(radius, start), _place(radius, end)
    large = int((end - start) / POINTS_RANGE * SWEEP_DEGREES > 180)
    return f"M{first.x} {first.y}A{radius:g} {radius:g} 0 {large} 1 {last.x} {last.y}"
