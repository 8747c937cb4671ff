"""Events that have not happened, written in one line, for a what-if."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.kind import FieldType
from zhima.engine.events.table import EVENTS
from zhima.engine.events.vocabulary import KINDS, why_not_a_kind
from zhima.engine.kinds import ZhimaError

_COLUMNS = {"amount_fen", "counterparty_id", "at"}


def imagined_events(person_id: str, texts: Iterable[str], *, as_of: datetime) -> pa.Table:
    """Rows of the events table from lines such as `bill.paid amount_fen=12000 days_late=0`.

    `at=` gives the moment (ISO, with zone), otherwise a second before `as_of`; other words are
    context fields of the kind. Raises ZhimaError for an unknown kind, field or value.
    """
    rows = [
        _row(person_id, f"what-if-{number}", text, as_of)
        for number, text in enumerate(texts, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=EVENTS)


def _row(person_id: str, event_id: str, text: str, as_of: datetime) -> dict[str, Any]:
    kind, *words = text.split() or [""]
    reason = why_not_a_kind(kind)
    if reason:
        raise ZhimaError(f"{text!r}: {reason}")
    said = dict(_said(text, word) for word in words)
    unknown = set(said) - KINDS[kind].fields - _COLUMNS
    if unknown:
        allowed = ", ".join(sorted(KINDS[kind].fields | _COLUMNS))
        raise ZhimaError(f"{text!r}: {kind} has no {', '.join(sorted(unknown))}; it has {allowed}")
    moment = _moment(text, said.pop("at")) if "at" in said else as_of - timedelta(seconds=1)
    amount = said.pop("amount_fen", None)
    return {
        "event_id": event_id,
        "person_id": person_id,
        "kind": kind,
        "occurred_at": moment,
        "recorded_at": moment,
        "amount_fen": None if amount is None else int(amount),
        "counterparty_id": said.pop("counterparty_id", None),
        "context": json.dumps({name: _value(text, name, value) for name, value in said.items()}),
    }


def _moment(text: str, at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise ZhimaError(f"{text!r}: {at!r} is no moment") from error
    if moment.tzinfo is None:
        raise ZhimaError(f"{text!r}: {at!r} has no time zone")
    return moment


def _said(text: str, word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise ZhimaError(f"{text!r}: {word!r} is not written as name=value")
    if name == "amount_fen" and not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ZhimaError(f"{text!r}: {value!r} is no amount: whole fen, at most 18 digits")
    return name, value


def _value(text: str, name: str, value: str) -> int | str:
    if CONTEXT_FIELDS[name].type is not FieldType.INTEGER:
        return value
    try:
        return int(value)
    except ValueError as error:
        raise ZhimaError(f"{text!r}: {name} is a whole number, not {value!r}") from error
