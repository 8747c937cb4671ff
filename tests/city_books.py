"""Fixtures of tests that need the city: people, and books of their own for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from django.core.cache import cache

from tests.postgres_server import new_schema
from zhima.city.ledger import requests
from zhima.city.people import contacts
from zhima.city.people.models import Person
from zhima.city.wallet import books

MEMORY = Path("/dev/shm")


def close_books() -> None:
    """Let go of whatever ledger this process has open."""
    if books.writer.cache_info().currsize:
        books.writer().close()
    if books.store.cache_info().currsize:
        books.store().close()
    books.writer.cache_clear()
    books.open_account_once.cache_clear()
    books.store.cache_clear()


@pytest.fixture
def city(db: None, settings: object) -> Iterator[None]:
    """An empty city with an empty ledger: in memory where there is such a folder, or where
    `DATABASE_URL` says."""
    close_books()
    # What others tried before is counted against nobody here.
    cache.clear()
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        database = os.environ.get("DATABASE_URL")
        in_file = f"sqlite:///{folder}/ledger.sqlite3"
        settings.LEDGER_URL = new_schema(database, f"l{uuid4().hex}") if database else in_file
        yield
        close_books()
        # A test that let days pass leaves them to nobody.
        (Path(settings.HOME) / "clock-lead").unlink(missing_ok=True)


def resident(name: str, *, fen: int = 0) -> Person:
    """Somebody with a purse and money in it."""
    person = Person.objects.create_user(name.lower(), "correct horse battery", name=name)
    purse = books.open_purse(person)
    if fen:
        pay = requests.pay(
            transfer_id=f"gift-{person.pk.hex}",
            payer=books.open_world(),
            payee=purse,
            amount_fen=fen,
        )
        books.write(pay)
    return person


def befriend(person: Person, other: Person) -> None:
    """Both agree to be contacts."""
    contacts.ask(person=person, other=other)
    contacts.agree(person=other, other=person)


def balance_fen(person: Person) -> int:
    """What a person has."""
    return books.account(person).balance_fen
