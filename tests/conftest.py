"""Settings and fixtures that more than one room's tests share."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tests.listener import Listener
from tests.postgres_server import PostgresServer, memory_folder, programs

ROOT = Path(__file__).parents[1]


def kernel_cache() -> Path:
    """A cache of compiled kernels that holds for exactly these sources.

    numba looks at the file of the kernel that is called, not at the files of those it calls: after
    an edit of one, the other would go on running the old code.
    """
    digest = hashlib.sha256()
    for source in sorted((ROOT / "src").rglob("*.py")):
        content = source.read_bytes()
        if b"numba" in content:
            digest.update(content)
    return ROOT / ".cache" / "numba" / digest.hexdigest()[:16]


os.environ["NUMBA_CACHE_DIR"] = str(kernel_cache())

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
def listener() -> Iterator[Listener]:
    """A partner's server."""
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def each_ledger(new_ledger_url: Callable[[], str], settings: Any) -> Iterator[None]:
    """The city's books in an empty ledger; the test runs once with each database."""
    from zhima.city.wallet import books

    settings.LEDGER_URL = new_ledger_url()
    books.start_afresh()
    yield
    books.writer().close()
    books.store().close()
    books.start_afresh()
