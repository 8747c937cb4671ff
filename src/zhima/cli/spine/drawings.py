"""Drawings of the demo's page as SVG text: the dial, the histogram of scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from zhima.engine.kinds import POINTS_RANGE, SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook.model import Band

_CENTRE, _RADIUS = 140.0, 112.0
_SWEEP_DEGREES = 240.0
_HISTOGRAM_WIDTH, _HISTOGRAM_HEIGHT, _BIN_POINTS = 640, 160, 10


def dial(*, score: int, low: int, high: int, band: str, bands: Sequence[Band]) -> str:
    """The dial of 350 to 950: bands as a thin arc, the interval soft, a needle's dot."""
    arcs = "".join(
        f'<path class="band{" here" if part.title.en == band else ""}" '
        f'd="{_arc(_RADIUS, part.start + 2, min(part.below, SCORE_CEILING) - 2)}"/>'
        for part in bands
    )
    interval = f'<path class="interval" d="{_arc(_RADIUS - 14, low, high)}"/>'
    x, y = _point(_RADIUS - 14, score)
    return (
        f'<svg viewBox="0 0 280 230" role="img" aria-label="{score}, {band}, {low} to {high}">'
        f'{arcs}{interval}<circle class="needle" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
        f'<text x="140" y="148" class="number">{score}</text>'
        f'<text x="140" y="176" class="word">{band}</text>'
        f'<text x="140" y="198" class="small">{low} to {high}</text>'
        f'<text x="34" y="222" class="small">{SCORE_FLOOR}</text>'
        f'<text x="246" y="222" class="small">{SCORE_CEILING}</text></svg>'
    )


def histogram(scores: npt.NDArray[np.int64], bands: Sequence[Band]) -> str:
    """How many people have which score, in steps of ten points, with the bands' borders."""
    edges = np.arange(SCORE_FLOOR, SCORE_CEILING + _BIN_POINTS, _BIN_POINTS)
    counts, _ = np.histogram(scores, edges)
    tallest = max(int(counts.max()), 1)
    step = _HISTOGRAM_WIDTH / len(counts)
    bars = "".join(
        f'<rect x="{index * step + 0.5:.1f}" y="{_HISTOGRAM_HEIGHT - height:.1f}" '
        f'width="{step - 1:.1f}" height="{height:.1f}" rx="2">'
        f"<title>{edges[index]} to {edges[index] + _BIN_POINTS - 1}: {count} people</title></rect>"
        for index, count in enumerate(counts)
        if (height := count / tallest * (_HISTOGRAM_HEIGHT - 14))
    )
    borders = "".join(_border(band) for band in bands)
    return (
        f'<svg viewBox="0 0 {_HISTOGRAM_WIDTH} {_HISTOGRAM_HEIGHT + 40}" role="img" '
        f'aria-label="Histogram of {len(scores)} scores">{bars}{borders}</svg>'
    )


def _border(band: Band) -> str:
    start, end = (
        (min(score, SCORE_CEILING) - SCORE_FLOOR) / POINTS_RANGE * _HISTOGRAM_WIDTH
        for score in (band.start, band.below)
    )
    return (
        f'<line x1="{start:.1f}" x2="{start:.1f}" y1="0" y2="{_HISTOGRAM_HEIGHT + 6}"/>'
        f'<text x="{start + 3:.1f}" y="{_HISTOGRAM_HEIGHT + 16}">{band.start}</text>'
        f'<text class="name" x="{(start + end) / 2:.1f}" y="{_HISTOGRAM_HEIGHT + 34}">'
        f"{band.title.en}</text>"
    )


def _point(radius: float, score: float) -> tuple[float, float]:
    turn = (score - SCORE_FLOOR) / POINTS_RANGE * _SWEEP_DEGREES
    angle = math.radians(150 + turn)
    return _CENTRE + radius * math.cos(angle), _CENTRE + radius * math.sin(angle)


def _arc(radius: float, start: float, end: float) -> str:
    (x1, y1), (x2, y2) = _point(radius, start), _point(radius, end)
    large = int((end - start) / POINTS_RANGE * _SWEEP_DEGREES > 180)
    return f"M{x1:.1f} {y1:.1f} A{radius} {radius} 0 {large} 1 {x2:.1f} {y2:.1f}"
