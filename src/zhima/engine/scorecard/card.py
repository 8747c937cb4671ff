"""The card: an additive table of integer points, with a few named two-way tables.

An axis cuts the values of one feature into cells. A numeric axis with edges e_1 < ... < e_k has the
cells (-inf, e_1), [e_1, e_2), ..., [e_k, inf), then one cell a special code, then "missing". A
categorical axis has one cell a level, then "other", then "missing". Points are higher for better.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StrictInt, model_validator
from scipy.special import expit

from zhima.engine.kinds import Factor

FORMAT: Literal["zhima-card/1"] = "zhima-card/1"

Direction = Literal["increasing", "decreasing", "any"]
"""How points must move when the value of a numeric feature grows."""


MOST_CELLS = 65_535
"""Of one item: cells are numbered in 16 bits."""
_MOST_POINTS = 1_000_000
Points = Annotated[StrictInt, Field(ge=-_MOST_POINTS, le=_MOST_POINTS)]
"""Of one cell: sums over any card stay within 32 bits."""


class Record(BaseModel):
    """A frozen part of a card; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumericAxis(Record):
    """Cells of a numeric feature: len(edges) + 1 bins, the special codes, missing."""

    feature: str
    kind: Literal["numeric"] = "numeric"
    edges: tuple[FiniteFloat, ...] = ()
    special: tuple[FiniteFloat, ...] = ()

    @model_validator(mode="after")
    def _edges_ascend(self) -> Self:
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError(f"the edges of {self.feature} must ascend strictly")
        _refuse_repeats(self.special, f"special codes of {self.feature}")
        return self

    @property
    def n_cells(self) -> int:
        return len(self.edges) + 1 + len(self.special) + 1

    def labels(self) -> tuple[str, ...]:
        """The cells in words, in the order of the points."""
        ends = [number(edge) for edge in self.edges]
        middle = [f"{low} to {high}" for low, high in pairwise(ends)]
        bins = [f"below {ends[0]}", *middle, f"{ends[-1]} or more"] if ends else ["any number"]
        return (*bins, *(f"code {number(code)}" for code in self.special), "missing")


class CategoricalAxis(Record):
    """Cells of a categorical feature: its levels, every other level, missing."""

    feature: str
    kind: Literal["categorical"] = "categorical"
    levels: tuple[str, ...]

    @model_validator(mode="after")
    def _levels_differ(self) -> Self:
        _refuse_repeats(self.levels, f"levels of {self.feature}")
        return self

    @property
    def n_cells(self) -> int:
        return len(self.levels) + 2

    def labels(self) -> tuple[str, ...]:
        """The cells in words, in the order of the points."""
        return (*self.levels, "other", "missing")


Axis = Annotated[NumericAxis | CategoricalAxis, Field(discriminator="kind")]


class NumericAttribute(Record):
    """Points of a numeric feature by bin, special code and absence."""

    feature: str
    kind: Literal["numeric"] = "numeric"
    factor: Factor = Factor.BEHAVIOUR
    direction: Direction = "any"
    edges: tuple[FiniteFloat, ...] = ()
    points: tuple[Points, ...]
    special: dict[FiniteFloat, Points] = {}
    missing: Points

    @model_validator(mode="after")
    def _whole_and_monotone(self) -> Self:
        if len(self.points) != len(self.edges) + 1:
            raise ValueError(
                f"{self.feature} has {len(self.edges)} edges and therefore "
                f"{len(self.edges) + 1} bins, but {len(self.points)} points"
            )
        sign = {"increasing": 1, "decreasing": -1, "any": 0}[self.direction]
        if any(sign * (after - before) < 0 for before, after in pairwise(self.points)):
            raise ValueError(f"{self.feature} is declared {self.direction}, its points are not")
        self.axis  # noqa: B018 - refuses edges out of order
        return self

    @property
    def axis(self) -> NumericAxis:
        return NumericAxis(
            feature=self.feature, edges=self.edges, special=tuple(sorted(self.special))
        )

    @property
    def name(self) -> str:
        return self.feature

    @property
    def axes(self) -> tuple[Axis, ...]:
        return (self.axis,)

    def cells(self) -> tuple[int, ...]:
        """Points cell by cell, in the order of the axis."""
        return (*self.points, *(self.special[code] for code in sorted(self.special)), self.missing)


class CategoricalAttribute(Record):
    """Points of a categorical feature by level."""

    feature: str
    kind: Literal["categorical"] = "categorical"
    factor: Factor = Factor.BEHAVIOUR
    points: dict[str, Points]
    other: Points
    missing: Points

    @property
    def axis(self) -> CategoricalAxis:
        return CategoricalAxis(feature=self.feature, levels=tuple(self.points))

    @property
    def name(self) -> str:
        return self.feature

    @property
    def axes(self) -> tuple[Axis, ...]:
        return (self.axis,)

    def cells(self) -> tuple[int, ...]:
        """Points cell by cell, in the order of the axis."""
        return (*self.points.values(), self.other, self.missing)


Attribute = Annotated[NumericAttribute | CategoricalAttribute, Field(discriminator="kind")]


class Pair(Record):
    """A named two-way table: one row a cell of `first`, one column a cell of `second`."""

    name: str
    factor: Factor = Factor.BEHAVIOUR
    first: Axis
    second: Axis
    points: tuple[tuple[Points, ...], ...]

    @model_validator(mode="after")
    def _matrix_fits(self) -> Self:
        rows, columns = self.first.n_cells, self.second.n_cells
        if len(self.points) != rows or any(len(row) != columns for row in self.points):
            raise ValueError(f"{self.name} needs {rows} rows of {columns} points")
        return self

    @property
    def axes(self) -> tuple[Axis, ...]:
        return (self.first, self.second)

    def cells(self) -> tuple[int, ...]:
        """Points cell by cell, row after row."""
        return tuple(points for row in self.points for points in row)


Item = NumericAttribute | CategoricalAttribute | Pair


class Scale(Record):
    """How points and odds translate; `anchor_odds` are good to bad at `anchor_points`."""

    points_to_double_odds: Annotated[FiniteFloat, Field(gt=0)] = 40.0
    anchor_points: FiniteFloat = 300.0
    anchor_odds: Annotated[FiniteFloat, Field(gt=0)] = 15.0

    @property
    def points_per_logit(self) -> float:
        return self.points_to_double_odds / math.log(2)

    @property
    def zero_points(self) -> float:
        """Points of even odds."""
        return self.anchor_points - math.log(self.anchor_odds) * self.points_per_logit

    def p_bad(self, points: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Probability of bad that sums of points stand for."""
        good = math.log(self.anchor_odds) + (points - self.anchor_points) / self.points_per_logit
        return np.asarray(expit(-good))


class Provenance(Record):
    """Where a fitted card comes from; an expert card leaves most of it empty."""

    trainer: str
    rows: Annotated[int, Field(ge=0)] = 0
    bad_rows: Annotated[int, Field(ge=0)] = 0
    seed: int | None = None
    fitted_on: str | None = None
    """ISO date, given by the caller: the engine has no clock."""
    measures: dict[str, FiniteFloat] = {}
    """Measures out of fold on the fitted table (auc, ks, brier ...)."""
    left_out: dict[str, str] = {}
    """Columns of the table that are not in the card, and why."""
    note: str | None = None


class Card(Record):
    """A scorecard. P(bad) = 1 / (1 + odds) with the odds its scale gives to the sum of points."""

    format: Literal["zhima-card/1"] = FORMAT
    name: str
    target: str
    scale: Scale = Scale()
    base_points: Points
    attributes: tuple[Attribute, ...] = ()
    pairs: tuple[Pair, ...] = ()
    provenance: Provenance = Provenance(trainer="expert")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        _refuse_repeats([item.name for item in self.items()], "items")
        for item in self.items():
            if len(item.cells()) > MOST_CELLS:
                raise ValueError(f"{item.name} has more than {MOST_CELLS:,} cells")
        return self

    def items(self) -> Iterator[Item]:
        """Attributes, then pairs: the order of every receipt."""
        yield from self.attributes
        yield from self.pairs

    def features(self) -> tuple[str, ...]:
        """Columns a table must have, each once, in the order of the items."""
        return tuple(dict.fromkeys(axis.feature for item in self.items() for axis in item.axes))

    def levels(self, feature: str) -> tuple[str, ...]:
        """The levels that the card names of a column; none of a numeric one."""
        axes = [axis for item in self.items() for axis in item.axes if axis.feature == feature]
        named = [level for a in axes if isinstance(a, CategoricalAxis) for level in a.levels]
        return tuple(dict.fromkeys(named))

    @property
    def sha256(self) -> str:
        """Fingerprint of everything the card says, its provenance included."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def __hash__(self) -> int:
        # cheap, as compiled cards are looked up by it for every person
        return hash((self.name, self.base_points, len(self.attributes)))


def number(value: float) -> str:
    """A value as people write it: no trailing zeros, at most 12 significant digits.

    Whole numbers keep all their digits, up to 21 of them.
    """
    return str(int(value)) if is_short_whole(value) else f"{value:.12g}"


def is_short_whole(value: float) -> bool:
    """Whether a number reads best as a whole one; 1e300 does not."""
    return float(value).is_integer() and abs(value) < 1e21


def _refuse_repeats(names: tuple[object, ...] | list[str], what: str) -> None:
    repeated = [str(name) for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise ValueError(f"the {what} repeat {', '.join(repeated)}")
