"""What an event kind says about itself, and which context fields exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zhima.engine.kinds import Text


class Flow(StrEnum):
    """Which way money moved, seen from the person; amounts themselves are never negative."""

    IN = "in"
    OUT = "out"
    NONE = "none"


class Amount(StrEnum):
    """Whether an event of this kind carries `amount_fen`."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class FieldType(StrEnum):
    """How a context field is written in the JSON of `context`."""

    INTEGER = "integer"
    WORD = "word"
    ID = "id"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class ContextField:
    """One key that may appear in `context`; there are no others."""

    name: str
    type: FieldType
    meaning: str


@dataclass(frozen=True, slots=True)
class EventKind:
    """One word of the closed vocabulary, `subject.verb`."""

    name: str
    meaning: Text
    flow: Flow
    amount: Amount
    fields: frozenset[str]
    adverse: bool
    """Speaks against the person; lapses after five years whatever a feature declares."""

    @property
    def subject(self) -> str:
        return self.name.partition(".")[0]


def money_in(name: str, en: str, zh: str, fields: str = "") -> EventKind:
    """A kind whose amount the person received."""
    return _kind(name, en, zh, fields, flow=Flow.IN, amount=Amount.REQUIRED)


def money_out(name: str, en: str, zh: str, fields: str = "") -> EventKind:
    """A kind whose amount the person gave."""
    return _kind(name, en, zh, fields, flow=Flow.OUT, amount=Amount.REQUIRED)


def fact(
    name: str, en: str, zh: str, fields: str = "", *, amount: Amount = Amount.NONE
) -> EventKind:
    """A kind that moves no money by itself."""
    return _kind(name, en, zh, fields, amount=amount)


def breach(
    name: str,
    en: str,
    zh: str,
    fields: str = "",
    *,
    flow: Flow = Flow.NONE,
    amount: Amount = Amount.OPTIONAL,
) -> EventKind:
    """A kind that speaks against the person."""
    return _kind(name, en, zh, fields, flow=flow, amount=amount, adverse=True)


def _kind(
    name: str,
    en: str,
    zh: str,
    fields: str,
    *,
    flow: Flow = Flow.NONE,
    amount: Amount,
    adverse: bool = False,
) -> EventKind:
    # Which mini-app reported it, and which obligation it belongs to, may be said of every kind.
    allowed = frozenset(fields.split()) | {"app", "obligation_id"}
    return EventKind(name, Text(en, zh), flow, amount, allowed, adverse)
