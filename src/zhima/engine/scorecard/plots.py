"""Plots of the report as SVG text, coloured by the classes of its style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

from zhima.engine.scorecard.measures import Floats, calibration

_SIDE = 320
_MARGIN = 36


def roc(bad: Floats, risk: Floats) -> str:
    """Share of bad ones against share of good ones above every risk."""
    order = np.argsort(-risk, kind="stable")
    caught = np.concatenate([[0.0], np.cumsum(bad[order]) / bad.sum()])
    refused = np.concatenate([[0.0], np.cumsum(1 - bad[order]) / (1 - bad).sum()])
    keep = np.unique(np.linspace(0, len(bad), 120).astype(int))
    points = list(zip(refused[keep].tolist(), caught[keep].tolist(), strict=True))
    return _square(_diagonal() + _line(points, "jade"), "good refused", "bad refused", "ROC curve")


def calibrated(bad: Floats, p_bad: Floats) -> str:
    """Ten equal groups: the probability said against the share that came true."""
    groups = calibration(bad, p_bad)
    top = max(max(said, true) for said, true, _ in groups) * 1.05
    dots = "".join(
        f'<circle class="jade" cx="{_x(said / top):.1f}" cy="{_y(true / top):.1f}" r="5">'
        f"<title>{said:.1%} said, {true:.1%} came true, {people} people</title></circle>"
        for said, true, people in groups
    )
    return _square(
        _diagonal() + dots, f"probability said, to {top:.0%}", "share bad", "Calibration"
    )


def lift(bad: Floats, risk: Floats) -> str:
    """How many times the average share of bad stands in each tenth, the riskiest first."""
    tenths = np.array_split(np.argsort(-risk, kind="stable"), 10)
    lifts = [float(bad[tenth].mean() / bad.mean()) for tenth in tenths if len(tenth)]
    return bars(
        [(str(i), value) for i, value in enumerate(lifts, start=1)], "Lift by tenth", digits=1
    )


def histogram(points: npt.NDArray[np.int32], bad: Floats) -> str:
    """Points of the good and the bad, each as shares of their own."""
    edges = np.histogram_bin_edges(points, bins=24)
    shares = [np.histogram(points[bad == kind], edges)[0] for kind in (0.0, 1.0)]
    heights = [share / max(share.sum(), 1) for share in shares]
    top = max(float(height.max()) for height in heights)
    width = (_SIDE - 2 * _MARGIN) / len(heights[0])
    drawn = "".join(
        f'<rect class="{name}" x="{_MARGIN + i * width:.1f}" y="{_y(h / top):.1f}" '
        f'width="{width - 1:.1f}" height="{_y(0) - _y(h / top):.1f}"/>'
        for name, height in zip(("jade veil", "brick veil"), heights, strict=True)
        for i, h in enumerate(height.tolist())
    )
    label = f"points, {edges[0]:.0f} to {edges[-1]:.0f}"
    return _square(drawn, label, "share", "Points of good and bad")


def bars(values: Sequence[tuple[str, float]], title: str, *, digits: int) -> str:
    """Upright bars with their values."""
    top = max((value for _, value in values), default=1.0) or 1.0
    width = (_SIDE - 2 * _MARGIN) / max(len(values), 1)
    drawn = "".join(
        f'<rect class="jade" x="{_MARGIN + i * width + 2:.1f}" y="{_y(v / top):.1f}" '
        f'width="{width - 4:.1f}" height="{_y(0) - _y(v / top):.1f}" rx="2"/>'
        f'<text class="mid" x="{_MARGIN + (i + 0.5) * width:.1f}" y="{_y(v / top) - 4:.1f}">'
        f"{v:.{digits}f}</text>"
        f'<text class="mid" x="{_MARGIN + (i + 0.5) * width:.1f}" y="{_y(0) + 14}">'
        f"{escape(name)}</text>"
        for i, (name, v) in enumerate(values)
    )
    return _frame(drawn, title)


def _square(inside: str, across: str, up: str, title: str) -> str:
    axes = (
        f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>'
        f'<text class="mid" x="{_SIDE / 2}" y="{_SIDE - 10}">{escape(across)}</text>'
        f'<text class="mid" transform="translate(14 {_SIDE / 2}) rotate(-90)">{escape(up)}</text>'
    )
    return _frame(axes + inside, title)


def _frame(inside: str, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {_SIDE} {_SIDE}" role="img" aria-label="{escape(title)}">{inside}</svg>'
    )


def _diagonal() -> str:
    return f'<path class="axis dash" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = "L".join(f"{_x(across):.1f} {_y(up):.1f}" for across, up in points)
    return f'<path class="curve {colour}" d="M{path}"/>'


def _x(share: float) -> float:
    return _MARGIN + share * (_SIDE - 2 * _MARGIN)


def _y(share: float) -> float:
    return _SIDE - _MARGIN - share * (_SIDE - 2 * _MARGIN)
