"""A rulebook as it stood on one day: frozen, complete, and consistent with itself."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR, Factor

Share = Annotated[float, Field(ge=0, le=1)]
ScorePoint = Annotated[int, Field(ge=SCORE_FLOOR, le=SCORE_CEILING)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]


class Rule(BaseModel):
    """Base of every part of a rulebook: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Rule):
    """A name or sentence in the two languages of the product."""

    en: str
    zh: str


class Band(Rule):
    """A named part of the scale: from `start` up to, not including, `below`."""

    id: Identifier
    start: ScorePoint
    below: Annotated[int, Field(gt=SCORE_FLOOR, le=SCORE_CEILING + 1)]
    title: Title

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.below <= self.start:
            raise ValueError(f"band {self.id} ends at {self.below}, before it starts")
        return self


class FactorShare(Rule):
    """How much of the scale a factor can move; shares of all factors add up to 1."""

    id: Factor
    share: Share
    title: Title


class MissingWeight(StrEnum):
    """Where the weight of ties a person does not have goes."""

    SELF = "self"
    GROUND = "ground"


class Friends(Rule):
    """Parameters of the friends' fixpoint (grounded Friedkin-Johnsen; docs/network.md)."""

    weight: Annotated[float, Field(ge=0, le=0.5)]
    capacity: Annotated[float, Field(gt=0)]
    missing: MissingWeight
    tie_cap: Annotated[int, Field(ge=1)]
    ramp_days: Annotated[int, Field(ge=0)]
    named_to_person: bool
    nudge: bool


class Odds(Rule):
    """What points mean: `anchor_odds` good to bad at `anchor_points`, doubling each step."""

    points_to_double: Annotated[float, Field(gt=0)]
    anchor_points: float
    anchor_odds: Annotated[float, Field(gt=0)]


class ThinFile(Rule):
    """Half-width of the interval: `half_width_points / sqrt(1 + evidence / events)`."""

    half_width_points: Annotated[float, Field(ge=0)]
    events: Annotated[float, Field(gt=0)]
    feature: Identifier


class Evidence(Rule):
    """What counts as evidence, and for how long."""

    purposes: tuple[Identifier, ...]
    court_lists: bool
    adverse_lapse_days: Annotated[int, Field(ge=1, le=5 * 366)]
    circular_flow_days: Annotated[int, Field(ge=0)]


class Outcome(StrEnum):
    """What a door can say, from worst to best for the person."""

    CLOSED = "closed"
    REFERRED = "referred"
    DEPOSIT = "deposit"
    OPEN = "open"


class Level(Rule):
    """From `start` points on, the door answers `outcome`."""

    start: ScorePoint
    outcome: Outcome
    deposit_fen: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _deposit_has_amount(self) -> Self:
        if (self.outcome is Outcome.DEPOSIT) != (self.deposit_fen is not None):
            raise ValueError("deposit_fen is given exactly when the outcome is deposit")
        return self

    def goodness(self) -> tuple[int, int]:
        """A key that grows with what the person gets; smaller deposits are better."""
        return list(Outcome).index(self.outcome), -(self.deposit_fen or 0)


class Door(Rule):
    """A benefit: what a score opens, and what remains possible without it."""

    id: Identifier
    operator: str
    title: Title
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    other_way: Title
    thin_file: Literal["as_scored", "referred"] = "as_scored"

    @model_validator(mode="after")
    def _higher_never_loses(self) -> Self:
        if self.levels[0].start != SCORE_FLOOR:
            raise ValueError(f"door {self.id} says nothing below {self.levels[0].start}")
        for lower, higher in zip(self.levels, self.levels[1:], strict=False):
            if higher.start <= lower.start:
                raise ValueError(f"door {self.id}: levels must rise, {higher.start} does not")
            if higher.goodness() < lower.goodness():
                raise ValueError(
                    f"door {self.id}: a score of {higher.start} loses what {lower.start} had"
                )
        return self


class Breach(Rule):
    """One thing the rulebook calls wrong, and who said so."""

    kind: Identifier
    title: Title
    author: str
    remedy: Title


class Rulebook(Rule):
    """Every policy in force on `as_of`. Money in fen, times in days, points on 350 to 950."""

    format: Literal["zhima-rulebook/1"]
    id: Identifier
    title: Title
    about: Title
    as_of: date
    card: str
    catalogue: str
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    factors: tuple[FactorShare, ...]
    friends: Friends
    odds: Odds
    thin_file: ThinFile
    evidence: Evidence
    doors: tuple[Door, ...]
    breaches: tuple[Breach, ...]

    @model_validator(mode="after")
    def _bands_cover_the_scale(self) -> Self:
        expected = SCORE_FLOOR
        for band in self.bands:
            if band.start != expected:
                kind = "overlaps the one before" if band.start < expected else "leaves a gap"
                raise ValueError(f"bands: {band.id} starts at {band.start} and {kind}")
            expected = band.below
        if expected != SCORE_CEILING + 1:
            raise ValueError(f"bands: the last one must reach {SCORE_CEILING}")
        return self

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if sorted(part.id for part in self.factors) != sorted(Factor):
            raise ValueError("factors: each of the five must appear exactly once")
        total = sum(part.share for part in self.factors)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"factors: shares add up to {total:g}, not 1")
        if abs(self.share(Factor.CONNECTIONS) - self.friends.weight) > 1e-9:
            raise ValueError(
                f"factors: connections has {self.share(Factor.CONNECTIONS):g} of the scale, "
                f"but friends.weight is {self.friends.weight:g}; they are the same thing"
            )
        return self

    @model_validator(mode="after")
    def _no_two_doors_alike(self) -> Self:
        ids = [door.id for door in self.doors]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"doors: {', '.join(twice)} appears twice")
        return self

    def share(self, factor: Factor) -> float:
        """The share of the scale of one factor, 0..1."""
        return next(part.share for part in self.factors if part.id is factor)

    def door(self, door_id: str) -> Door:
        """The door of that id; KeyError when the rulebook has none."""
        for door in self.doors:
            if door.id == door_id:
                return door
        raise KeyError(door_id)

    def band(self, score: int) -> Band:
        """The band a score on 350 to 950 lies in."""
        return next(band for band in self.bands if band.start <= score < band.below)
