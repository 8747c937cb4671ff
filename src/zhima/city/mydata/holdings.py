"""Everything the city holds about one person, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.apps import apps
from django.db import models

from zhima.city.disclosure import feed
from zhima.city.ledger.history import Line, statement
from zhima.city.mydata import scope
from zhima.city.mydata.words import title
from zhima.city.people.models import Person
from zhima.city.wallet.books import purse, store
from zhima.engine.kinds import ZhimaError

TYPES: tuple[tuple[type[models.Field], pa.DataType], ...] = (
    (models.BooleanField, pa.bool_()),
    (models.DateTimeField, pa.timestamp("us", "UTC")),
    (models.DateField, pa.date32()),
    (models.FloatField, pa.float64()),
    (models.IntegerField, pa.int64()),
)
"""Everything else is text; a JSON column is its JSON text."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One table: what it is, and the person's rows of it."""

    name: str
    meaning: str
    schema: pa.Schema
    rows: list[dict[str, Any]]

    @property
    def title(self) -> str:
        """The table in words of the reader's language."""
        return title(self.name)

    def table(self) -> pa.Table:
        """As Arrow, with the schema."""
        return pa.Table.from_pylist(self.rows, schema=self.schema)


def holdings(person: Person) -> list[Holding]:
    """Every table that has a row about the person, and the money."""
    return [holding for holding in _all(person) if holding.rows]


def _all(person: Person) -> Iterator[Holding]:
    for model, links in scope.tables():
        yield _of_model(person, model, links)
    yield Holding(
        "wallet.entries",
        "Every movement of money in your purse, with the balance after it.",
        _LEDGER,
        [_plain(line._asdict()) for line in _money(person)],
    )
    yield Holding(
        "disclosure.who_looked",
        "Every reading of your data by somebody else. A sealed one says until when it is sealed.",
        _LOOKS,
        [_plain(_looked(look)) for look in _looks(person)],
    )


def _of_model(person: Person, model: type[models.Model], links: tuple[str, ...]) -> Holding:
    fields = scope.fields_of(model)
    names = [field.attname for field in fields]
    rows = scope.rows_about(person, model, links).values(*names)
    config = apps.get_app_config(model._meta.app_label)
    return Holding(
        name=f"{config.label}.{model._meta.model_name}",
        meaning=(model.__doc__ or "").strip().partition("\n")[0].replace("`", ""),
        schema=pa.schema([(field.attname, _type(field)) for field in fields]),
        rows=[_plain(row) for row in rows],
    )


def _type(field: models.Field) -> pa.DataType:
    # A reference is of the kind of what it refers to.
    while field.is_relation:
        field = field.target_field
    return next((arrow for kind, arrow in TYPES if isinstance(field, kind)), pa.string())


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | datetime | date):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _money(person: Person) -> list[Line]:
    try:
        return statement(store(), account_id=purse(person))
    except ZhimaError:
        # No purse was ever opened.
        return []


def _looked(look: feed.Look) -> dict[str, Any]:
    lists = {"fields": " ".join(look.fields), "approved_by": " ".join(look.approved_by)}
    return {**asdict(look), **lists}


def _looks(person: Person) -> Iterator[feed.Look]:
    before = None
    while page := feed.feed(person, before=before):
        yield from page
        before = page[-1].entry_id


_NUMBERS = {"seq", "at_us", "change_fen", "balance_fen", "held_fen"}
_LEDGER = pa.schema(
    [(name, pa.int64() if name in _NUMBERS else pa.string()) for name in Line._fields]
)
_LOOKS = pa.schema(
    [
        ("entry_id", pa.int64()),
        ("at", pa.timestamp("us", "UTC")),
        ("place", pa.int64()),
        ("sealed_until", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("reader_kind", "reader_name", "purpose", "fields")),
        *((name, pa.string()) for name in ("ground", "refusal", "approved_by")),
    ]
)
