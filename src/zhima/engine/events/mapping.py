"""The mapping file: how the columns of raw files become events, outcomes or ties.

Declarative on purpose: it can name columns, constants, tables of values and formats, and nothing
that runs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import available_timezones

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from zhima.engine.documents import reason_of
from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.vocabulary import why_not_a_kind
from zhima.engine.files import MOST_WRITTEN, read_text, reading
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.never import forbidden_input


class Output(StrEnum):
    """The tables an import can write."""

    EVENTS = "events"
    OUTCOMES = "outcomes"
    TIES = "ties"


class TargetType(StrEnum):
    """What a target column holds, and so how its raw text is read."""

    ID = "id"
    WORD = "word"
    KIND = "kind"
    TIME = "time"
    INTEGER = "integer"
    AMOUNT = "amount"
    FLAG = "flag"
    STRENGTH = "strength"


TARGETS: dict[Output, dict[str, TargetType]] = {
    Output.EVENTS: {
        "event_id": TargetType.ID,
        "person_id": TargetType.ID,
        "kind": TargetType.KIND,
        "occurred_at": TargetType.TIME,
        "recorded_at": TargetType.TIME,
        "amount_fen": TargetType.AMOUNT,
        "counterparty_id": TargetType.WORD,
    },
    Output.OUTCOMES: {
        "person_id": TargetType.ID,
        "as_of": TargetType.TIME,
        "bad": TargetType.FLAG,
    },
    Output.TIES: {
        "person_id": TargetType.ID,
        "contact_id": TargetType.ID,
        "strength": TargetType.STRENGTH,
        "since": TargetType.TIME,
        "until": TargetType.TIME,
    },
}
OPTIONAL = frozenset({"recorded_at", "amount_fen", "counterparty_id", "until"})


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


OneOf = str | Annotated[tuple[str, ...], Field(min_length=1)]


class Otherwise(_Strict):
    """Anything but one of some texts."""

    texts: OneOf = Field(alias="not")


Texts = dict[str, OneOf | Otherwise]
"""Column to the text, or one of the texts, it must or may not hold; "" is an empty cell."""


class Case(_Strict):
    """A value that holds when every named column has one of its texts."""

    when: Texts
    value: str


class Source(_Strict):
    """Where one target column comes from: exactly one of column, constant, cases or row."""

    column: str | None = None
    constant: str | None = None
    cases: tuple[Case, ...] | None = None
    """The first case that holds; a row where none holds has no value."""
    row: bool = False
    """Name of the file and number of the row: an id for rows that have none."""
    values: dict[str, str] | None = None
    """Replaces one text by another; a text that is not listed has no value."""
    prefix: str = ""
    format: str = "iso"
    """Of times: iso, unix (seconds), yymmdd, or a strptime pattern."""
    zone: str | None = None
    """Of times written without one."""
    plus_seconds: int = 0
    """Added to a time, for dates that stand for an hour of their day."""
    scale: str = Field(default="1", pattern=r"^-?[0-9]{1,4}([.][0-9]{1,4})?$")
    """A number is multiplied by this decimal, exactly: "100" for yuan to fen."""
    absolute: bool = False
    """Take a number without its sign."""
    days_after: str | None = None
    """For a number of days: another column with a time of the same format, from which the days
    are counted to that of `column`, by the calendar of `zone`. Empty where either is."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = [self.column is not None, self.constant is not None, self.cases is not None]
        if sum(origins) + self.row != 1:
            raise ValueError("give exactly one of column, constant, cases, row")
        if self.days_after is not None and self.column is None:
            raise ValueError("days_after counts the days to that of a column: name it as column")
        if self.zone is not None and self.zone not in available_timezones():
            raise ValueError(f"there is no time zone {self.zone!r}")
        return self


class Csv(_Strict):
    """How a CSV file is written."""

    separator: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    columns: tuple[str, ...] | None = None
    """Names of the columns when the file has no header."""


class Lookup(_Strict):
    """A small file beside the raw file, joined by one column; its columns become `name.column`."""

    file: str
    key: str
    """The column of the raw file."""
    matches: str
    """The column of the lookup file; each of its values may appear once."""
    where: Texts = {}


def _known_fields(fields: dict[str, Source]) -> dict[str, Source]:
    for name in fields:
        content = forbidden_input(name)
        if content:
            raise ValueError(f"field {name!r} is forbidden: {content} is never an input of a score")
        if name not in CONTEXT_FIELDS:
            raise ValueError(f"field {name!r} is not in docs/events.md")
    return fields


class Section(_Strict):
    """What becomes of the rows of the raw files whose names match `files`."""

    files: str
    output: Output = Output.EVENTS
    csv: Csv = Csv()
    where: Texts = {}
    """Rows that do not pass are left out on purpose, and counted."""
    lookup: dict[str, Lookup] = {}
    columns: dict[str, Source]
    context: Annotated[dict[str, Source], AfterValidator(_known_fields)] = {}

    @model_validator(mode="after")
    def _names_its_targets(self) -> Self:
        targets = TARGETS[self.output]
        unknown = [name for name in self.columns if name not in targets]
        if unknown:
            raise ValueError(f"{self.output} have no column {', '.join(unknown)}")
        missing = [name for name in targets if name not in {*self.columns, *OPTIONAL}]
        if missing:
            raise ValueError(f"{self.output} need the column {', '.join(missing)}")
        if self.context and self.output is not Output.EVENTS:
            raise ValueError(f"only events have a context, {self.output} have none")
        for name, kind, source in self.sources():
            if source.days_after is not None and kind is not TargetType.INTEGER:
                raise ValueError(f"{name} is no number of days, so it takes no days_after")
        self._refuse_unknown_kinds()
        return self

    def _refuse_unknown_kinds(self) -> None:
        kind = self.columns.get("kind")
        if kind is None:
            return
        named = [case.value for case in kind.cases or ()]
        named += [*(kind.values or {}).values(), *([kind.constant] if kind.constant else [])]
        for name in named:
            reason = why_not_a_kind(name)
            if reason:
                raise ValueError(reason)

    def sources(self) -> Iterable[tuple[str, TargetType, Source]]:
        """Target columns and context fields with their types and origins."""
        targets = TARGETS[self.output]
        for name, source in self.columns.items():
            yield name, targets[name], source
        for name, source in self.context.items():
            yield name, TargetType(CONTEXT_FIELDS[name].type.value), source


class Mapping(_Strict):
    """A whole mapping file."""

    source: tuple[Section, ...] = Field(min_length=1)

    def sections_for(self, file_name: str) -> list[Section]:
        """The sections that take the raw file of that name, in their order."""
        return [section for section in self.source if fnmatch(file_name, section.files)]


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file; ZhimaError names the file, the place and what is wrong there."""
    text = read_text(path, most_bytes=MOST_WRITTEN)
    try:
        with reading(path):
            data = tomllib.loads(text)
    # A number of too many digits is a plain ValueError.
    except ValueError as error:
        raise ZhimaError(f"{path}: {error}") from error
    try:
        return Mapping.model_validate(data)
    except pydantic.ValidationError as error:
        lines = (
            f"{path}: {_place(part['loc'])}: {reason_of(part, placed=True)}"
            for part in error.errors()
        )
        raise ZhimaError("\n".join(lines)) from error


def _place(keys: tuple[str | int, ...]) -> str:
    # The reader of a mapping counts its sections from one.
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in keys)
