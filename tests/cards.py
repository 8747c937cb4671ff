"""Random cards and tables for tests, and the plainest way to apply one to the other."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from zhima.engine.scorecard.card import (
    Axis,
    Card,
    CategoricalAttribute,
    CategoricalAxis,
    NumericAttribute,
    NumericAxis,
    Pair,
)

LEVELS = ("a", "b", "c d", "1", "true")
POINTS = st.integers(-500, 500)
# halves, so that edges, codes and values often meet
HALVES = st.integers(-6, 6).map(lambda value: value / 2)
NUMBERS = st.one_of(HALVES, st.just(math.nan), st.none(), st.sampled_from([math.inf, -math.inf]))
WORDS = st.one_of(st.sampled_from((*LEVELS, "unheard of", "")), st.none())


def plain_cell(axis: Axis, value: Any) -> int:
    """The cell of a value, read off the definition."""
    labels = axis.n_cells
    if isinstance(axis, CategoricalAxis):
        if value is None or value == "":
            return labels - 1
        return axis.levels.index(value) if value in axis.levels else labels - 2
    if value is None or not math.isfinite(value):
        return labels - 1
    if value in axis.special:
        return len(axis.edges) + 1 + axis.special.index(value)
    return sum(edge <= value for edge in axis.edges)


def plain_total(card: Card, values: dict[str, Any]) -> int:
    """Base points and, item by item, the points of the cell."""
    total = card.base_points
    for item in card.items():
        place = 0
        for axis in item.axes:
            place = place * axis.n_cells + plain_cell(axis, values[axis.feature])
        total += item.cells()[place]
    return total


@st.composite
def numeric(draw: st.DrawFn, feature: str) -> NumericAttribute:
    edges = sorted(draw(st.sets(HALVES, max_size=5)))
    bins = draw(st.lists(POINTS, min_size=len(edges) + 1, max_size=len(edges) + 1))
    special = draw(st.dictionaries(HALVES, POINTS, max_size=2))
    return NumericAttribute(
        feature=feature, edges=edges, points=bins, special=special, missing=draw(POINTS)
    )


@st.composite
def categorical(draw: st.DrawFn, feature: str) -> CategoricalAttribute:
    points = draw(st.dictionaries(st.sampled_from(LEVELS), POINTS, max_size=4))
    return CategoricalAttribute(
        feature=feature, points=points, other=draw(POINTS), missing=draw(POINTS)
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """A card over the numbers x, y and the words u, with a two-way table of x and u."""
    first = NumericAxis(feature="x", edges=sorted(draw(st.sets(HALVES, max_size=3))))
    second = CategoricalAxis(feature="u", levels=draw(st.sampled_from([(), LEVELS[:2]])))
    cells = st.lists(POINTS, min_size=second.n_cells, max_size=second.n_cells)
    matrix = draw(st.lists(cells, min_size=first.n_cells, max_size=first.n_cells))
    return Card(
        name="drawn",
        target="bad",
        base_points=draw(POINTS),
        attributes=(draw(numeric("x")), draw(numeric("y")), draw(categorical("u"))),
        pairs=(Pair(name="x × u", first=first, second=second, points=matrix),),
    )


PEOPLE = st.lists(st.fixed_dictionaries({"x": NUMBERS, "y": NUMBERS, "u": WORDS}), max_size=12)
