"""One person's events as arrays, ready for the live path: parsed once, read many times."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


def history(events: pa.Table) -> History:
    """Read one person's rows of the events table, in any order; the JSON is parsed here, once.

    Raises ZhimaError for missing columns, several people or a kind outside the vocabulary.
    """
    require_columns(events, tuple(EVENTS.names), "events")
    if len(set(events["person_id"].to_pylist())) > 1:
        raise ZhimaError("a history belongs to one person; these events have several")
    events = events.select(EVENTS.names).cast(EVENTS).sort_by("occurred_at")
    contexts = [json.loads(text) if text else {} for text in events["context"].to_pylist()]
    occurred, recorded = (_micros(events[name]) for name in ("occurred_at", "recorded_at"))
    known = np.maximum(occurred, recorded)
    kinds = _kind_codes(events["kind"].to_pylist())
    struck = _struck(events["event_id"].to_pylist(), kinds, known, contexts)
    return History(kinds, occurred, known, struck, _columns(events, kinds, contexts))


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


def _struck(
    ids: Sequence[str],
    kinds: npt.NDArray[np.int16],
    known: Integers,
    contexts: Sequence[dict[str, Any]],
) -> Integers:
    first_known: dict[str, int] = {}
    for row in np.flatnonzero(kinds == KIND_CODES[STRIKE]).tolist():
        event_id = str(contexts[row].get("struck_event_id"))
        first_known[event_id] = min(int(known[row]), first_known.get(event_id, NEVER_MICROS))
    return np.array([first_known.get(event_id, NEVER_MICROS) for event_id in ids], np.int64)


def _columns(
    events: pa.Table, kinds: npt.NDArray[np.int16], contexts: Sequence[dict[str, Any]]
) -> dict[str, Column]:
    amount = _integers(events["amount_fen"].to_pylist())
    signed = np.where(_OUTFLOW[kinds], -amount.values, amount.values)
    columns = {
        "amount_fen": amount,
        "signed_amount_fen": Column(signed, amount.known, {}),
        "counterparty_id": _words(events["counterparty_id"].to_pylist()),
    }
    for name in sorted({key for context in contexts for key in context}):
        values = [context.get(name) for context in contexts]
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
