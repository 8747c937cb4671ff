"""One person's events as arrays, ready for the live path: parsed once, read many times."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.kind import FieldType
from zhima.engine.events.table import EVENTS
from zhima.engine.events.vocabulary import KINDS, OUTFLOWS, STRIKE
from zhima.engine.files import require_columns
from zhima.engine.kinds import ZhimaError

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KIND_CODES = {name: code for code, name in enumerate(KINDS)}
NEVER_MICROS = int(np.iinfo(np.int64).max)
_OUTFLOW = np.array([name in OUTFLOWS for name in KINDS])


@dataclass(frozen=True, slots=True)
class Column:
    """One field of every event: whole numbers, or codes of the words in `codes`."""

    values: Integers
    known: Flags
    """False where the event does not have the field; its value is then 0."""
    codes: dict[str, int]


@dataclass(frozen=True, slots=True)
class History:
    """One person's events in order of `occurred_micros` (microseconds since 1970, UTC)."""

    kinds: npt.NDArray[np.int16]
    """Positions in the vocabulary, length n like every array here."""
    occurred_micros: Integers
    known_micros: Integers
    """The later of occurring and being recorded."""
    struck_micros: Integers
    """When an upheld appeal became known; NEVER_MICROS for events that stand."""
    columns: dict[str, Column]
    """Amounts, counterparties and every context field that occurs."""

    def __len__(self) -> int:
        return len(self.kinds)


class Fact(NamedTuple):
    """One event as a service keeps it: times in microseconds since 1970, context parsed."""

    event_id: str
    kind: str
    occurred_us: int
    known_us: int
    """The later of occurring and being recorded."""
    amount_fen: int | None
    counterparty_id: str | None
    context: Mapping[str, Any]


def history(events: pa.Table) -> History:
    """Read one person's rows of the events table, in any order; the JSON is parsed here, once.

    Raises ZhimaError for missing columns, several people or a kind outside the vocabulary.
    """
    require_columns(events, tuple(EVENTS.names), "events")
    if len(set(events["person_id"].to_pylist())) > 1:
        raise ZhimaError("a history belongs to one person; these events have several")
    events = events.select(EVENTS.names).cast(EVENTS)
    occurred, recorded = (_micros(events[name]) for name in ("occurred_at", "recorded_at"))
    contexts = [json.loads(text) if text else {} for text in events["context"].to_pylist()]
    columns = (
        events["event_id"].to_pylist(),
        events["kind"].to_pylist(),
        occurred.tolist(),
        np.maximum(occurred, recorded).tolist(),
        events["amount_fen"].to_pylist(),
        events["counterparty_id"].to_pylist(),
        contexts,
    )
    return history_of([Fact(*row) for row in zip(*columns, strict=True)])


def history_of(facts: Sequence[Fact]) -> History:
    """One person's events, in any order; ZhimaError for a kind outside the vocabulary."""
    facts = sorted(facts, key=lambda fact: fact.occurred_us)
    kinds = _kind_codes([fact.kind for fact in facts])
    occurred = np.array([fact.occurred_us for fact in facts], np.int64)
    known = np.array([fact.known_us for fact in facts], np.int64)
    return History(kinds, occurred, known, _struck(facts, kinds), _columns(facts, kinds))


def micros(at: dt.datetime) -> int:
    """Microseconds since 1970 of a time with a zone; ZhimaError for one without."""
    if at.tzinfo is None:
        raise ZhimaError(f"as_of {at.isoformat()} has no time zone; write it in UTC")
    return (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def _micros(column: pa.ChunkedArray) -> Integers:
    values: Integers = column.cast(pa.int64()).to_numpy()
    return values


def _kind_codes(names: Sequence[str]) -> npt.NDArray[np.int16]:
    unknown = next((name for name in names if name not in KIND_CODES), None)
    if unknown is not None:
        raise ZhimaError(f"kind {unknown!r} is not in the vocabulary of docs/events.md")
    return np.array([KIND_CODES[name] for name in names], np.int16)


def _struck(facts: Sequence[Fact], kinds: npt.NDArray[np.int16]) -> Integers:
    first_known: dict[str, int] = {}
    for row in np.flatnonzero(kinds == KIND_CODES[STRIKE]).tolist():
        fact = facts[row]
        event_id = str(fact.context.get("struck_event_id"))
        first_known[event_id] = min(fact.known_us, first_known.get(event_id, NEVER_MICROS))
    if not first_known:
        return np.full(len(facts), NEVER_MICROS)
    return np.array([first_known.get(fact.event_id, NEVER_MICROS) for fact in facts], np.int64)


def _columns(facts: Sequence[Fact], kinds: npt.NDArray[np.int16]) -> dict[str, Column]:
    amount = _integers([fact.amount_fen for fact in facts])
    signed = np.where(_OUTFLOW[kinds], -amount.values, amount.values)
    columns = {
        "amount_fen": amount,
        "signed_amount_fen": Column(signed, amount.known, {}),
        "counterparty_id": _words([fact.counterparty_id for fact in facts]),
    }
    for name in sorted({key for fact in facts for key in fact.context}):
        values = [fact.context.get(name) for fact in facts]
        whole = CONTEXT_FIELDS[name].type is FieldType.INTEGER
        columns[name] = _integers(values) if whole else _words(values)
    return columns


def _integers(values: Sequence[int | None]) -> Column:
    known = np.array([value is not None for value in values], np.bool_)
    return Column(np.array([value or 0 for value in values], np.int64), known, {})


def _words(values: Sequence[str | None]) -> Column:
    words = sorted({value for value in values if value is not None})
    codes: dict[str | None, int] = {word: code for code, word in enumerate(words)}
    known = np.array([value is not None for value in values], np.bool_)
    numbers = np.array([codes.get(value, 0) for value in values], np.int64)
    return Column(numbers, known, {word: codes[word] for word in words})
