"""The columns of the events table."""

from __future__ import annotations

import pyarrow as pa

UTC_MICROS = pa.timestamp("us", tz="UTC")

EVENTS = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("occurred_at", UTC_MICROS, nullable=False),
        pa.field("recorded_at", UTC_MICROS, nullable=False),
        pa.field("amount_fen", pa.int64()),
        pa.field("counterparty_id", pa.string()),
        pa.field("context", pa.string()),
    ]
)
"""One row an event; `context` is a JSON object of the fields in docs/events.md."""

AMOUNT_LIMIT_FEN = 10**13
"""A hundred billion yuan: below it every sum and second moment of a million events is exact."""
