"""A feature is declared once, in YAML: what it counts, why it may, and for how long."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from zhima.engine.documents import Complaint, validated
from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.flows import CircularFlows
from zhima.engine.events.kind import FieldType
from zhima.engine.events.vocabulary import ADVERSE, why_not_a_kind
from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.rulebook.never import barred, forbidden_input

ADVERSE_RETENTION_DAYS = 5 * 365
"""Adverse records lapse after five years (credit-reporting regulation, Art. 16)."""

SHIPPED_CATALOGUE = Path(__file__).parents[2] / "rulebooks" / "features.yaml"

AMOUNTS = frozenset({"amount_fen", "signed_amount_fen"})
"""Signed: money that left the person counts negative, by the flow of its kind."""
INTEGERS = AMOUNTS | {n for n, f in CONTEXT_FIELDS.items() if f.type is FieldType.INTEGER}
WORDS = {n for n, f in CONTEXT_FIELDS.items() if f.type in {FieldType.WORD, FieldType.ID}}
CALENDAR = frozenset({"day", "month"})
"""Whole days and months of 30 days, counted back from `as_of`; only `distinct` knows them."""
TESTABLE = INTEGERS | WORDS | {"counterparty_id"}
COUNTABLE = WORDS | {"counterparty_id"} | CALENDAR


ANY_KIND = "any"
"""Stands for every kind in a measure's `kinds`."""


class Aggregate(StrEnum):
    """How the events a feature selects become one value; docs/features.md has the formulas."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    STD = "std"
    VOLATILITY = "volatility"
    TREND = "trend"
    DISTINCT = "distinct"
    RECENCY = "recency"
    TENURE = "tenure"
    INTERVAL = "interval"
    STREAK = "streak"
    SHARE = "share"
    LATE_SHARE = "late_share"


OF_INTEGERS = frozenset(
    {
        Aggregate.SUM,
        Aggregate.MEAN,
        Aggregate.MIN,
        Aggregate.MAX,
        Aggregate.FIRST,
        Aggregate.LAST,
        Aggregate.STD,
        Aggregate.VOLATILITY,
        Aggregate.TREND,
    }
)
WITH_PART = frozenset({Aggregate.STREAK, Aggregate.SHARE})
WHOLE = frozenset(
    {
        Aggregate.COUNT,
        Aggregate.SUM,
        Aggregate.MIN,
        Aggregate.MAX,
        Aggregate.FIRST,
        Aggregate.LAST,
        Aggregate.DISTINCT,
        Aggregate.RECENCY,
        Aggregate.TENURE,
        Aggregate.STREAK,
    }
)


class Direction(StrEnum):
    """Whether more of it may only raise the score, only lower it, or either."""

    INCREASING = "increasing"
    DECREASING = "decreasing"
    ANY = "any"


class Purpose(StrEnum):
    """What a rulebook can admit as evidence and a person can consent to; there is no other."""

    PAYMENTS = "payments"
    BILLS = "bills"
    CREDIT = "credit"
    AGREEMENTS = "agreements"
    IDENTITY = "identity"
    RATINGS = "ratings"
    COURT = "court"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Range(_Frozen):
    """An inclusive range of whole numbers, open on the side that is left out."""

    min: int | None = None
    max: int | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a range needs min, max or both")
        return self


def _as_words(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_as_words), Field(min_length=1)]
Test = Range | Words
"""What a field must be: in a range, or one of some words. An absent field satisfies no test."""


def _known_kind(name: str) -> str:
    reason = None if name == ANY_KIND else why_not_a_kind(name)
    if reason:
        raise ValueError(reason)
    return name


def _known_tests(tests: dict[str, Test]) -> dict[str, Test]:
    for name, test in tests.items():
        _require_field(name)
        if isinstance(test, Range) != (name in INTEGERS):
            raise ValueError(
                f"field {name!r} is tested by {'a range' if name in INTEGERS else 'words'}"
            )
    return tests


def _require_field(name: str) -> None:
    content = forbidden_input(name)
    if content:
        raise ValueError(f"field {name!r} is forbidden: {content} is never an input of a score")
    if name not in TESTABLE:
        raise ValueError(f"field {name!r} is no field of events that a feature can use")


Kind = Annotated[str, AfterValidator(_known_kind)]
Tests = Annotated[dict[str, Test], AfterValidator(_known_tests)]
Window = Annotated[int, Field(gt=0)] | Literal["all"]


class Measure(_Frozen):
    """Which events, over which window, brought to one number how."""

    kinds: tuple[Kind, ...] = Field(min_length=1)
    where: Tests = {}
    window_days: Window = "all"
    aggregate: Aggregate
    of: str | None = None
    part: Tests = {}

    @model_validator(mode="after")
    def _fits_its_aggregate(self) -> Self:
        if bool(self.part) != (self.aggregate in WITH_PART):
            verb = "needs" if self.aggregate in WITH_PART else "takes no"
            raise ValueError(f"aggregate {self.aggregate} {verb} part")
        self._require_of()
        return self

    def _require_of(self) -> None:
        allowed: set[str] | frozenset[str] = frozenset()
        if self.aggregate in OF_INTEGERS:
            allowed = INTEGERS
        elif self.aggregate is Aggregate.DISTINCT:
            allowed = COUNTABLE
        elif self.aggregate is Aggregate.SHARE:
            allowed = AMOUNTS
        if self.of is None and allowed and self.aggregate is not Aggregate.SHARE:
            raise ValueError(f"aggregate {self.aggregate} needs of: one of {_listed(allowed)}")
        if self.of is not None and self.of not in allowed:
            if self.of not in CALENDAR:
                _require_field(self.of)
            raise ValueError(f"aggregate {self.aggregate} cannot be taken of {self.of!r}")

    @property
    def adverse(self) -> bool:
        """True when it can hold something against the person."""
        fields = {*self.where, *self.part, self.of}
        late = self.aggregate is Aggregate.LATE_SHARE or "days_late" in fields
        return late or not ADVERSE.isdisjoint(self.kinds)


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))


class Title(_Frozen):
    """The feature's name in sentences for people."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


def _allowed_purpose(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a purpose is a word")
    if value in barred():
        raise ValueError(f"purpose {value} is forbidden: it may never be an input of a score")
    if value not in set(Purpose):
        raise ValueError(f"purpose {value!r} does not exist; there are {_listed(set(Purpose))}")
    return value


class Ratio(_Frozen):
    """One measure divided by another; missing when the other is missing or nought."""

    numerator: Measure
    denominator: Measure


class Feature(_Frozen):
    """One declared feature: a measure, or the ratio of two, with its purpose and its lapse."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    factor: Factor
    direction: Direction
    purpose: Annotated[Purpose, BeforeValidator(_allowed_purpose)]
    retention_days: int = Field(gt=0, le=100 * 365)
    measure: Measure | None = None
    ratio: Ratio | None = None

    @model_validator(mode="after")
    def _is_one_thing_and_lapses(self) -> Self:
        if (self.measure is None) == (self.ratio is None):
            raise ValueError(f"feature {self.id} needs either a measure or a ratio")
        content = forbidden_input(self.id)
        if content:
            raise ValueError(
                f"feature {self.id} is forbidden: {content} is never an input of a score"
            )
        if self.adverse and self.retention_days > ADVERSE_RETENTION_DAYS:
            raise ValueError(
                f"feature {self.id} keeps adverse records for {self.retention_days} days; "
                f"they lapse after {ADVERSE_RETENTION_DAYS}"
            )
        return self

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The one measure, or numerator and denominator."""
        if self.ratio is not None:
            return (self.ratio.numerator, self.ratio.denominator)
        assert self.measure is not None
        return (self.measure,)

    @property
    def adverse(self) -> bool:
        """True when it can hold something against the person."""
        return any(measure.adverse for measure in self.measures)

    def lapsing_after(self, days: int) -> Feature:
        """The same feature, blind to events older than `days` if it is adverse."""
        if not self.adverse or self.retention_days <= days:
            return self
        return self.model_copy(update={"retention_days": days})

    @property
    def whole(self) -> bool:
        """True when its values are whole numbers, False when they are ratios."""
        return self.measure is not None and self.measure.aggregate in WHOLE


class Catalogue(_Frozen):
    """The features of one rulebook or one study, in the order of their columns."""

    features: tuple[Feature, ...]
    flows: CircularFlows | None = None
    """Which money counts as coming back, and so for nothing; None counts all."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        if not self.features:
            raise Complaint("the catalogue declares no feature", "features")
        seen: set[str] = set()
        for index, feature in enumerate(self.features):
            if feature.id in seen:
                raise Complaint(f"feature {feature.id} is declared twice", "features", index)
            seen.add(feature.id)
        return self

    def under(
        self,
        *,
        purposes: Collection[str],
        adverse_lapse_days: int,
        flows: CircularFlows | None = None,
    ) -> Catalogue:
        """The part of the catalogue that a rulebook's evidence rules admit.

        Features of other purposes are gone; those that can hold something against a person see
        no event older than `adverse_lapse_days`; none sees money that came back by `flows`.
        ZhimaError when nothing is left.
        """
        kept = tuple(
            feature.lapsing_after(adverse_lapse_days)
            for feature in self.features
            if feature.purpose in purposes
        )
        if not kept:
            raise ZhimaError(f"no feature of the catalogue serves {_listed({*purposes})}")
        return Catalogue(features=kept, flows=flows)

    @property
    def ids(self) -> tuple[str, ...]:
        """The column names of a feature table, after `person_id`."""
        return tuple(feature.id for feature in self.features)


def load_catalogue(path: Path = SHIPPED_CATALOGUE) -> Catalogue:
    """Read a catalogue; ZhimaError says `file:line: reason` for every declaration at fault."""
    return validated(Catalogue, path)
