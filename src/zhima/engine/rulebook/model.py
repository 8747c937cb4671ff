"""A rulebook as it stood on one day: frozen, complete, and consistent with itself."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from zhima.engine.documents import Complaint
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR, Factor

Share = Annotated[float, Field(ge=0, le=1)]
ScorePoint = Annotated[int, Field(ge=SCORE_FLOOR, le=SCORE_CEILING)]
IDENTIFIER = r"^[a-z0-9][a-z0-9_.-]*$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]


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
            raise Complaint(f"band {self.id} ends at {self.below}, before it starts", "below")
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
    tie_cap: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    """Most ties a person may have, by level of identity from 0 up; the last holds above it."""
    ramp_days: Annotated[int, Field(ge=0)]
    named_to_person: bool
    nudge: bool

    @field_validator("tie_cap")
    @classmethod
    def _knowing_never_costs(cls, caps: tuple[int, ...]) -> tuple[int, ...]:
        for level, (lower, higher) in enumerate(pairwise(caps), start=1):
            if higher < lower:
                raise ValueError(
                    f"identity level {level} has a cap of {higher} ties, "
                    f"level {level - 1} had {lower}"
                )
        return caps

    def tie_caps(self, levels: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The cap of each person, shape (n,), from levels of identity; NaN is unchecked."""
        known = np.nan_to_num(np.asarray(levels, np.float64), nan=0.0)
        caps = np.array(self.tie_cap, np.int64)
        return caps[np.clip(known, 0, len(caps) - 1).astype(np.int64)]


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
    refuses: tuple[Identifier, ...] = ()
    """Protected grounds, of rulebooks/protected.yaml, of which no column of a card may tell."""
    court_lists: bool
    adverse_lapse_days: Annotated[int, Field(ge=1, le=5 * 366)]
    circular_flow_days: Annotated[int, Field(ge=0)]
    """Days within which money that comes back counts for nothing; 0 counts all."""
    circular_flow_percent: Annotated[int, Field(ge=1, le=100)]
    """How much of it must come back."""


class Appeals(Rule):
    """How an item or a decision is contested."""

    open_for_days: Annotated[int, Field(ge=30)]
    """How long after an item became known it can be contested."""
    decide_within_days: Annotated[int, Field(ge=1, le=90)]
    set_aside_meanwhile: bool
    """Whether a contested item counts for nothing until the case is decided."""


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
            raise Complaint(
                f"door {self.id} says nothing below {self.levels[0].start}", "levels", 0, "start"
            )
        for index, (lower, higher) in enumerate(pairwise(self.levels), start=1):
            if higher.start <= lower.start:
                reason = f"levels must rise, {higher.start} does not"
            elif higher.goodness() < lower.goodness():
                reason = f"a score of {higher.start} loses what {lower.start} had"
            else:
                continue
            raise Complaint(f"door {self.id}: {reason}", "levels", index)
        return self


class PlaceOrder(StrEnum):
    """Who comes first when several ask for one place within the same time."""

    FIRST = "first"
    """Whoever asked first; no score is looked at."""
    BAND = "band"
    SCORE = "score"


class Telling(StrEnum):
    """What whoever did not get the place learns of whoever did; never the name."""

    NOTHING = "nothing"
    BAND = "band"
    GAP = "gap"


class Places(Rule):
    """How a place that several ask for is given."""

    order: PlaceOrder = PlaceOrder.FIRST
    within_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    tells: Telling = Telling.NOTHING


class Chance(Rule):
    """From `start` points on, a ticket wins an upgrade with this chance."""

    start: ScorePoint
    percent: Annotated[int, Field(ge=0, le=100)]


class Benefits(Rule):
    """What a score gives beside doors. The default gives everybody the same."""

    places: Places = Places()
    upgrades: Annotated[tuple[Chance, ...], Field(min_length=1)] = (
        Chance(start=SCORE_FLOOR, percent=100),
    )
    invitations_by_band: bool = False
    """Whether a host may invite by band."""

    @model_validator(mode="after")
    def _higher_never_loses(self) -> Self:
        if self.upgrades[0].start != SCORE_FLOOR:
            reason = f"upgrades say nothing below {self.upgrades[0].start}"
            raise Complaint(reason, "upgrades", 0, "start")
        for index, (lower, higher) in enumerate(pairwise(self.upgrades), start=1):
            if higher.start <= lower.start:
                reason = f"chances must rise with the score, {higher.start} does not"
            elif higher.percent < lower.percent:
                reason = f"a score of {higher.start} loses what {lower.start} had"
            else:
                continue
            raise Complaint(f"upgrades: {reason}", "upgrades", index)
        return self

    def chance(self, score: int) -> int:
        """Percent with which a score wins an upgrade."""
        return next(part.percent for part in reversed(self.upgrades) if part.start <= score)


class Breach(Rule):
    """One thing the rulebook calls wrong, and who said so."""

    kind: Identifier
    title: Title
    author: str
    remedy: Title
    repaired_by: Identifier | None = None
    """The kind of event that makes it good; None where only time does."""


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
    appeals: Appeals
    doors: tuple[Door, ...]
    benefits: Benefits = Benefits()
    breaches: tuple[Breach, ...]

    @model_validator(mode="after")
    def _bands_cover_the_scale(self) -> Self:
        expected = SCORE_FLOOR
        for index, band in enumerate(self.bands):
            if band.start != expected:
                kind = "overlaps the one before" if band.start < expected else "leaves a gap"
                reason = f"band {band.id} starts at {band.start} and {kind}"
                raise Complaint(reason, "bands", index, "start")
            expected = band.below
        if expected != SCORE_CEILING + 1:
            raise Complaint(f"the last band must reach {SCORE_CEILING}", "bands")
        return self

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if sorted(part.id for part in self.factors) != sorted(Factor):
            raise Complaint("each of the five factors must appear exactly once", "factors")
        total = sum(part.share for part in self.factors)
        if abs(total - 1) > 1e-9:
            raise Complaint(f"the shares of the factors add up to {total:g}, not 1", "factors")
        if abs(self.share(Factor.CONNECTIONS) - self.friends.weight) > 1e-9:
            raise Complaint(
                f"connections has {self.share(Factor.CONNECTIONS):g} of the scale, but "
                f"friends.weight is {self.friends.weight:g}; they are the same thing",
                "friends",
                "weight",
            )
        return self

    @model_validator(mode="after")
    def _no_two_doors_alike(self) -> Self:
        ids = [door.id for door in self.doors]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise Complaint(f"the door {', '.join(twice)} appears twice", "doors")
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
