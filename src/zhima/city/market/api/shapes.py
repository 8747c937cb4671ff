"""What outside apps send and get. Amounts are whole fen, times are UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from zhima.city.api.schemas import Fen, Flag, Line, Moment, Strict, Whole

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,40}$")]
Count = Annotated[int, Field(ge=1, le=400), Whole]
Places = Annotated[int, Field(ge=1, le=1000), Whole]


class Days(Strict):
    """One slot a day, from an hour until an hour of the next day."""

    start: Hour = Field(alias="from")
    until: Hour


_NONE, _NO_TIMES = {"type": "null"}, {"maxItems": 0}
_ONE_OF_THREE = [
    {
        "required": ["times"],
        "properties": {"times": {"minItems": 1}, "daily": _NONE, "standing": _NONE},
    },
    {
        "required": ["daily"],
        "properties": {"daily": {"type": "object"}, "times": _NO_TIMES, "standing": _NONE},
    },
    {
        "required": ["standing"],
        "properties": {"standing": {"type": "integer"}, "times": _NO_TIMES, "daily": _NONE},
    },
]


class Pattern(Strict):
    """Which slots an offer has: at times of a day, a day long, or one without time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"oneOf": _ONE_OF_THREE})

    times: list[Hour] = Field(default=[], max_length=96)
    minutes: Annotated[int, Field(ge=5, le=24 * 60), Whole] = 60
    weekdays: list[Annotated[int, Field(ge=1, le=7), Whole]] = Field(
        default=[1, 2, 3, 4, 5, 6, 7], max_length=7
    )
    daily: Days | None = None
    standing: Places | None = None
    places: Places = 1

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Self:
        if bool(self.times) + (self.daily is not None) + (self.standing is not None) != 1:
            raise ValueError("give `times`, `daily` or `standing`, and only one of them")
        return self

    def kept(self) -> dict[str, Any]:
        """As offers keep it."""
        if self.standing is not None:
            return {"standing": self.standing}
        if self.daily is not None:
            daily = {"from": self.daily.start, "until": self.daily.until}
            return {"daily": daily, "places": self.places, "weekdays": self.weekdays}
        return {
            "times": self.times,
            "minutes": self.minutes,
            "places": self.places,
            "weekdays": self.weekdays,
        }


class Words(Strict):
    """A text in both languages."""

    en: str = Field(min_length=1, max_length=60, pattern=Line)
    zh: str = Field(min_length=1, max_length=60, pattern=Line)


class OfferIn(Strict):
    """Something to book."""

    title: Words
    price_fen: Annotated[int, Field(ge=0, le=10**9), Whole] = 0
    pattern: Pattern
    is_open: Flag = True
    contested: Flag = Field(
        False,
        description="Several may want it: the rulebook's rule gives it, not the clock. The manifest"
        " declares `benefits.places`.",
    )
    upgrade_to: Slug | None = Field(
        None,
        description="The better offer at the same times; what is left of it is drawn. The manifest"
        " declares `benefits.upgrades`.",
    )

    def facts(self) -> dict[str, Any]:
        """As offers keep them."""
        said = {"contested": self.contested, "upgrade_to": self.upgrade_to}
        return {name: value for name, value in said.items() if value}


class OfferOut(Schema):
    """An offer of the app."""

    key: str
    title: dict[str, str]
    price_fen: int
    is_open: bool


class OfferList(Schema):
    """All of them."""

    offers: list[OfferOut]


class SlotOut(Schema):
    """A time that can be booked."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime | None
    free: int = Field(description="Places left; none of a time that is over.")


class SlotList(Schema):
    """Those of some days."""

    slots: list[SlotOut]


class AskIn(Strict):
    """What stands behind an offer for this person."""

    offer: Slug
    due_at: Moment
    key: Key


class QuoteOut(Schema):
    """The answer of the door: nothing of the person's score."""

    outcome: Literal["waived", "deposit", "none"]
    deposit_fen: int
    rule: str = Field("", description="Rulebook, door and the level that applied.")
    other_way: dict[str, str] | None = Field(None, description="What remains without a waiver.")
    told_at: str = Field(
        "", description="Page of the city on which the person, and she alone, reads gap and reason."
    )


class BookIn(Strict):
    """A wish; the same key is one booking."""

    offer: Slug
    slot_id: Annotated[int, Field(ge=1, le=2**53), Whole]
    count: Count = 1
    freeze: Flag | None = None
    key: Key


class BookingOut(Schema):
    """A booking and where it stands."""

    booking_id: str
    offer: str
    sub: str
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    price_fen: int
    refunded_fen: int
    deposit: str = Field(description="State of the agreement behind it; empty without one.")
    upgraded_to: str = Field("", description="The better offer that was drawn for it.")
    told_at: str = Field(
        "",
        description="Page of the city on which the person reads what a rule or a draw decided, and"
        " why; empty when none did.",
    )


class BookingList(Schema):
    """The newest ones."""

    bookings: list[BookingOut]


class FinishIn(Strict):
    """How it ended."""

    damage_fen: Annotated[int, Field(ge=0, le=10**9), Whole] = 0
    reason: str = Field("", max_length=200, pattern=Line)
    severity: Annotated[int, Field(ge=0, le=3), Whole] = 0


class EvidenceIn(Strict):
    """One event about the person whose token it is."""

    event_id: Key
    kind: str = Field(max_length=60)
    occurred_at: Moment
    amount_fen: Fen | None = None
    context: dict[str, int | str] = Field(default={}, max_length=20)


class VerdictOut(Schema):
    """What became of it."""

    verdict: str
