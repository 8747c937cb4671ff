"""Who reads, on what ground, and every way in which a reading is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zhima.city.consent.models import Grant
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError


class ReaderKind(StrEnum):
    """Who can ask for something about somebody else."""

    SHOP = "shop"
    APP = "app"
    PARTNER = "partner"
    FRIEND = "friend"
    OPERATOR = "operator"
    AUTHORITY = "authority"


_BY_RULE = {ReaderKind.OPERATOR, ReaderKind.AUTHORITY}


NOT_THE_OWNER = "not_the_owner"
"""Why somebody who contests another's item, or asks for another's case, is refused."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who wants to know something of a person."""

    kind: str
    id: str
    name: str
    """As the person reads it in her feed."""
    name_zh: str = ""
    """The same in Chinese, where there is one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ReaderKind(self.kind))
        if not self.id or not self.name:
            raise ValueError("a reader has an id and a name that the person can read")

    @property
    def needs_grant(self) -> bool:
        """Whether only the person's own grant lets it read; others need a basis."""
        return self.kind not in _BY_RULE

    @property
    def recipient(self) -> str:
        """Under which name people grant it something."""
        return recipient_of(self.kind, self.id)


def recipient_of(kind: str, reader_id: str) -> str:
    """Under which name people grant a reader of this kind something."""
    return f"{'person' if kind == ReaderKind.FRIEND else kind}:{reader_id}"


@dataclass(frozen=True, slots=True)
class Basis:
    """The rule that stands in for a grant when an operator or an authority reads."""

    rule: str
    reference: str
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one person."""

    reader: Reader
    person: Person
    purpose: str
    fields: tuple[str, ...]
    grant: Grant | None = None
    basis: Basis | None = None
    sealed_until: datetime | None = None


class Refusal(StrEnum):
    """Why a reading was refused, in the order in which it is looked at."""

    TOO_OFTEN = "too_often"
    NO_GRANT = "no_grant"
    FORGED_GRANT = "forged_grant"
    GRANT_OF_ANOTHER = "grant_of_another"
    GRANT_FOR_ANOTHER_PURPOSE = "grant_for_another_purpose"
    GRANT_REVOKED = "grant_revoked"
    GRANT_EXPIRED = "grant_expired"
    FIELD_NOT_GRANTED = "field_not_granted"
    NO_BASIS = "no_basis"
    NO_SCORE = "no_score"
    UNKNOWN_DOOR = "unknown_door"


class Refused(ZhimaError):
    """Nothing was given; the refusal is in the log. The message names the reason and no datum."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason
