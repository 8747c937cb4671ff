"""An app's manifest: what it is, what it reads, what it reports, and under which rules.

Whatever it does not declare it cannot do. A bad one is refused with file, line and reason.
"""

from __future__ import annotations

import hashlib
import tempfile
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from zhima.city.consent.purposes import ACTS
from zhima.city.market.rules import door_ids, why_not_a_purpose, why_not_reported
from zhima.city.obligations.evidence import KINDS as OBLIGATION_KINDS
from zhima.city.obligations.evidence import PURPOSE as OBLIGATION_PURPOSE
from zhima.city.obligations.terms import Terms
from zhima.city.phone.assets import glyphs
from zhima.engine.documents import Complaint, validated
from zhima.engine.kinds import ZhimaError

MAX_CHARACTERS = 20_000
FILE = "manifest.yaml"
DOOR_FIELDS = ("outcome", "deposit")


ADDRESS = r"https?://[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?(/[^\s\"'<>#]{0,300})?"
"""A host and nothing before it: neither a name to be taken for it, nor words of a policy."""
Redirect = Annotated[str, StringConstraints(pattern=f"^{ADDRESS}$", max_length=300)]


class When(StrEnum):
    """The moments of a booking that can be evidence."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"
    MISSED = "missed"
    STARTED = "started"
    DONE = "done"
    DRIVEN = "driven"
    """`done`, seen from the person who served."""
    DAMAGED = "damaged"
    ABANDONED = "abandoned"
    DISPUTED = "disputed"
    UPGRADED = "upgraded"
    RATED = "rated"
    WAS_RATED = "was_rated"
    REPORTED = "reported"
    """Whenever the app says so, through the API."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text in both languages."""

    en: str = Field(min_length=1, max_length=200)
    zh: str = Field(min_length=1, max_length=200)


class Report(_Part):
    """One kind of evidence, for which purpose, and at which moment."""

    kind: str
    purpose: str
    when: When = When.REPORTED

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        fault = why_not_reported(kind)
        if fault:
            raise Complaint(fault)
        return kind


class BookingRules(_Part):
    """How bookings of this app are paid, cancelled and missed."""

    pays: Literal["before", "after", "never"] = "never"
    accepts: bool = False
    """Whether somebody must first accept (a driver)."""
    hands_out: bool = False
    """Whether something is handed out and given back (a car, a key)."""
    rent_days: int = Field(default=0, ge=0, le=366)
    """After how many days of use the price falls due again; 0 for once."""
    splits: bool = False
    """Whether the price can be shared with a contact."""
    most: int = Field(default=1, ge=1, le=400)
    """How many slots (hours, nights) one booking may take."""
    per: Literal["", "ride", "hour", "day", "night", "month"] = ""
    """What one slot is called, beside its price and where their number is chosen."""
    free_until_hours: int = Field(default=0, ge=0, le=24 * 60)
    """Until when it can be cancelled in time."""
    kept_percent: int = Field(default=0, ge=0, le=100)
    """How much of the price is kept after a late cancellation."""
    seats: bool = False
    """Whether a paid booking is a ticket with a seat, let through a gate once."""
    rates: bool = False
    category: str = Field(default="booking", pattern=r"^[a-z_]{2,30}$")


class DepositRule(_Part):
    """The deposit of an app; see `obligations.terms.Terms`."""

    door: str
    deposit_fen: int = Field(gt=0, le=10**9)
    grace_hours: int = Field(default=24, ge=0, le=24 * 30)
    claim_within_days: int = Field(default=3, ge=1, le=30)
    instalments: int = Field(default=3, ge=1, le=12)
    instalment_days: int = Field(default=7, ge=1, le=31)
    breach_after_days: int = Field(default=7, ge=1, le=90)


class UpgradeRule(_Part):
    """Better places that are left over are drawn by band among those who booked the lesser ones.

    An offer names the better one by `upgrade_to`.
    """

    closes_before_hours: int = Field(default=24, ge=1, le=24 * 14)


class BenefitRules(_Part):
    """What an app gives by the rulebook's rules for benefits; what they read it never learns."""

    places: bool = False
    """Offers that are `contested` are not given to the first, but by the rule for places."""
    upgrades: UpgradeRule | None = None


class Manifest(_Part):
    """All of it."""

    format: Literal["zhima-app/1"]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    name: Words
    about: Words
    icon: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    tint: int = Field(default=0, ge=0, le=7)
    url: str = Field(default="", pattern=f"^({ADDRESS})?$", max_length=300)
    """Where an outside app lives; empty for one that lives in the city."""
    redirect_uris: tuple[Redirect, ...] = Field(default=(), max_length=5)
    """Outside apps only: where the consent sheet may send people back to, letter by letter."""
    purposes: tuple[str, ...]
    evidence: tuple[Report, ...] = ()
    reads: tuple[str, ...] = ()
    """Only `door:<id>`: the answer of a door. Nobody reads a score."""
    booking: BookingRules = BookingRules()
    deposit: DepositRule | None = None
    benefits: BenefitRules = BenefitRules()

    @field_validator("icon")
    @classmethod
    def _is_drawn(cls, icon: str) -> str:
        if icon not in glyphs():
            raise Complaint(f"there is no glyph {icon!r}: web/icons.txt names what there is")
        return icon

    @model_validator(mode="after")
    def _asks_for_nothing_forbidden(self) -> Self:
        for index, purpose in enumerate(self.purposes):
            fault = why_not_a_purpose(purpose)
            if fault:
                raise Complaint(fault, "purposes", index)
        for index, report in enumerate(self.evidence):
            if report.purpose not in self.purposes:
                fault = f"purpose {report.purpose!r} of {report.kind} is not among `purposes`"
                raise Complaint(fault, "evidence", index, "purpose")
        return self

    @model_validator(mode="after")
    def _reads_answers_of_known_doors(self) -> Self:
        for index, item in enumerate(self.reads):
            what, _, door = item.partition(":")
            if what != "door":
                fault = f"an app cannot read {item!r}: it asks a door (`door:<id>`) for its answer"
                raise Complaint(fault, "reads", index)
            _require_door(door, "reads", index)
        return self

    @model_validator(mode="after")
    def _declares_what_its_deposit_reports(self) -> Self:
        if self.deposit is None:
            return self
        if self.deposit.door:
            _require_door(self.deposit.door, "deposit", "door")
            self._require_read(self.deposit.door, "deposit", "door")
        declared = {(report.kind, report.purpose) for report in self.evidence}
        for kind in OBLIGATION_KINDS:
            if (kind, OBLIGATION_PURPOSE) not in declared:
                fault = f"an app with a deposit reports {kind} for {OBLIGATION_PURPOSE}: declare it"
                raise Complaint(fault, "deposit")
        return self

    def _require_read(self, door: str, *place: str | int) -> None:
        if f"door:{door}" not in self.reads:
            raise Complaint(f"declare `door:{door}` under `reads`: the person must agree", *place)

    def kind_at(self, when: When) -> Report | None:
        """What a moment of a booking is reported as; None when it is not reported."""
        return next((report for report in self.evidence if report.when is when), None)

    def declared(self, kind: str) -> Report | None:
        """The declaration of a kind of evidence."""
        return next((report for report in self.evidence if report.kind == kind), None)

    def kinds_for(self, purpose: str) -> list[str]:
        """What would be reported for one purpose."""
        return [report.kind for report in self.evidence if report.purpose == purpose]

    def asks(self) -> dict[str, list[str]]:
        """Purpose -> fields: the most that the app may ask of a person."""
        found = {name: self.kinds_for(name) for name in self.purposes}
        found |= {door: list(DOOR_FIELDS) for door in self.reads}
        return {name: fields for name, fields in found.items() if fields}

    def acts(self) -> dict[str, list[str]]:
        """The same for what an outside app may do in her name; the city's apps do nothing there."""
        needless = {
            "act:pay": self.booking.pays == "never",
            "act:agree": self.deposit is None,
        }
        return {name: list(fields) for name, fields in ACTS.items() if not needless.get(name)}

    def terms(self, *, door: str = "", deposit_fen: int = 0) -> Terms | None:
        """The deposit rule as both sides agree to it; an offer may have a door of its own."""
        rule = self.deposit
        if rule is None:
            return None
        return Terms(
            door=door or rule.door,
            deposit_fen=deposit_fen or rule.deposit_fen,
            category=self.booking.category,
            grace_hours=rule.grace_hours,
            claim_within_days=rule.claim_within_days,
            instalments=rule.instalments,
            instalment_days=rule.instalment_days,
            breach_after_days=rule.breach_after_days,
        )


def _require_door(door: str, *place: str | int) -> None:
    if door not in door_ids():
        raise Complaint(f"the rulebook has no door {door!r}", *place)


def read_manifest(path: Path) -> Manifest:
    """A manifest from a file; ZhimaError with file, line and reason when it is bad."""
    return validated(Manifest, path)


def read_text(text: str) -> Manifest:
    """The same from a text that somebody sent; the reasons name `manifest.yaml`."""
    if len(text) > MAX_CHARACTERS:
        raise ZhimaError(f"{FILE}:1: a manifest has {MAX_CHARACTERS} characters at most")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        try:
            return read_manifest(path)
        except ZhimaError as error:
            raise ZhimaError(str(error).replace(str(path), FILE)) from None


@lru_cache(maxsize=200)
def parsed(text: str) -> Manifest:
    """A manifest that was accepted before; kept, for every page asks for it."""
    return read_text(text)


def digest(text: str) -> str:
    """What names this version of a manifest."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
