"""Fixtures that more than one room's tests share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tests.postgres_server import PostgresServer, memory_folder, programs

# The first example of a property pays for compiling kernels, and the machine may be busy.
hypothesis_settings.register_profile("zhima", deadline=None)
hypothesis_settings.load_profile("zhima")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL; skips where Debian's package is absent."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def new_ledger_url(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes the URL of an empty ledger, as often as asked; once with each database."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_server").new_url
        return
    folder = Path(tempfile.mkdtemp(prefix="zhima-ledger-", dir=memory_folder()))
    numbers = count(1)
    yield lambda: f"sqlite:///{folder}/{next(numbers)}.sqlite"
    shutil.rmtree(folder)


@pytest.fixture
def each_ledger(new_ledger_url: Callable[[], str], settings: Any) -> Iterator[None]:
    """The city's books in an empty ledger; the test runs once with each database."""
    from zhima.city.wallet import books

    settings.LEDGER_URL = new_ledger_url()
    books.store.cache_clear()
    books.writer.cache_clear()
    yield
    books.writer().close()
    books.store().close()
    books.store.cache_clear()
    books.writer.cache_clear()
