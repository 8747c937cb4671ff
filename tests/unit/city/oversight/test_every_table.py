"""G6, column by column: whatever somebody with the database's password changes, the audit finds.

Each column of each table that the audit covers is edited by hand in a town where nothing is wrong.
What no check sees stands here with the reason why that is no harm.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import models, transaction

from tests.unit.city.oversight.test_audit import Town, asked, operators
from zhima.city.disclosure.models import Entry, Tile, Tree
from zhima.city.oversight import overrides
from zhima.city.oversight.audit import audit
from zhima.city.oversight.models import Override, Seal, SealedEvent
from zhima.city.scoring.models import Event, Score, Standing

pytestmark = pytest.mark.usefixtures("city")
MODELS = (Event, Score, Standing, Seal, SealedEvent, Override, Entry, Tile, Tree)
SEEN_BY_NOBODY = {
    "Entry.id": "a number of the database; the tree knows its place",
    "Tile.id": "a number of the database; level and n say where it is",
    "Tree.id": "a number of the database, of the only row",
    "Score.id": "a number of the database; person and seq say which it is",
    "Score.as_of": "a day under other rules is found; within them the time line alone shows it",
    "Score.cause": "the receipts before and after say what moved, whatever it is put down to",
    "Override.asked_at": "when it was asked; what holds is signed, and logged with its time",
    "Override.decided_at": "the log has the time of the agreement",
    "Override.ended_at": "the log has the time of the end",
    "Override.state": "one that ends early gives nothing; one asked for has no signature",
    "SealedEvent.erased_at": "a lie about it is found where the item itself is gone",
    "Seal.at": "the entry of the log has the time",
}


@pytest.fixture
def town() -> Town:
    made = Town()
    clerk, second = operators()
    held = asked(clerk)
    overrides.agree(override_id=held.pk, by=second)
    made.quiet()
    return made


def another(field: models.Field, value: object) -> object:
    """A value that the column can hold and that it does not hold now."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, datetime | date):
        return value - timedelta(days=1)
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, bytes | memoryview):
        first, *rest = bytes(value)
        return bytes([first ^ 1, *rest])
    if isinstance(value, list):
        return [value[0], *value[2:]]
    if isinstance(value, dict):
        return {**value, "more": 1}
    assert isinstance(value, str), field
    return f"{value[:-1]}{'x' if value[-1:] != 'x' else 'y'}"


def edits(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not skipped(model, field)]


def skipped(model: type[models.Model], field: models.Field) -> bool:
    return f"{model.__name__}.{field.name}" in SEEN_BY_NOBODY


def newest(model: type[models.Model]) -> models.Model:
    rows = model.objects.order_by("-pk")
    if model is Entry:
        rows = rows.exclude(detail=None).filter(person__isnull=False, reader__startswith="operator")
    return rows.first()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_of_a_table_is_watched(town: Town, model: type[models.Model]) -> None:
    unseen = []
    for field in edits(model):
        row = newest(model)
        value = getattr(row, field.attname)
        if value is None:
            continue
        with transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{field.attname: another(field, value)})
            if not list(audit()):
                unseen.append(f"{model.__name__}.{field.name}")
            transaction.set_rollback(True)
    assert not unseen, "; ".join(unseen)
    assert list(audit()) == [], "nothing is left changed"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_row_that_is_taken_away_is_missed(town: Town, model: type[models.Model]) -> None:
    with transaction.atomic():
        row = newest(model)
        if model is Seal:
            SealedEvent.objects.filter(seal=row).delete()
        model.objects.filter(pk=row.pk).delete()
        found = list(audit())
        transaction.set_rollback(True)
    assert found or model is Override, "an exception that is gone gives nothing to anybody"


LEDGER_BY_NOBODY = {
    "ledger_accounts.owner": "a word for people; entries and the wallet go by the id",
    "ledger_accounts.currency": "there is one, and nothing reads it",
    "ledger_cursors.reader": "how far somebody has read is his own",
    "ledger_cursors.seq": "how far somebody has read is his own",
    "ledger_entries.memo": "a word beside the money, which the receipt of the other side has too",
    "ledger_entries.meta": "what the city noted beside the money; evidence made of it is sealed",
    "ledger_entries.refers_to": "of a payment, which refers to nothing; of a refund it is checked",
    "ledger_entries.expires_at_us": "of a payment, which never expires; of a hold it is checked",
    "ledger_outbox.at_us": "the entry has the time",
    "ledger_head.at_us": "the last entry has the time",
    "ledger_migrations.name": "which tables there are is seen by whoever reads them",
    "ledger_head.one": "the number of the only row",
}
COLUMNS = "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c"


def books() -> sqlite3.Connection:
    """The file itself, for somebody who has it; its triggers are his to drop."""
    made = sqlite3.connect(settings.LEDGER_URL.removeprefix("sqlite:///"), isolation_level=None)
    for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        made.execute(f"DROP TRIGGER {name}")
    made.execute("PRAGMA ignore_check_constraints = ON")
    return made


def test_every_column_of_the_ledger_is_watched(town: Town) -> None:
    file, unseen, kept = books(), [], sqlite3.connect(":memory:")
    file.backup(kept)
    tables = "WHERE m.name LIKE 'ledger!_%' ESCAPE '!' AND m.type = 'table'"
    for table, column, kind in file.execute(f"{COLUMNS} {tables}").fetchall():
        # Numbers are unique: the last one can move without meeting another.
        pick = "MAX" if column == "seq" else "MIN"
        rows = file.execute(f"SELECT {pick}({column}) FROM {table}").fetchall()
        if rows == [(None,)] or f"{table}.{column}" in LEDGER_BY_NOBODY:
            continue
        ((old,),) = rows
        new = old + 1 if kind == "INTEGER" else f"{old}x"
        file.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?", (new, old))
        if not list(audit()):
            unseen.append(f"{table}.{column}")
        kept.backup(file)
    assert not unseen, "; ".join(unseen)
    assert list(audit()) == []


def test_no_reason_is_left_over() -> None:
    known = {f"{m.__name__}.{f.name}" for m in MODELS for f in m._meta.concrete_fields}
    assert set(SEEN_BY_NOBODY) <= known
