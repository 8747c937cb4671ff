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
from schemathesis.pytest.plugin import SchemathesisFunction

from tests.laid_out import LaidOut, migrate
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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give each route that schemathesis plays an id of its own.

    From 9.2 on pytest makes ids of the name of the function, which all its routes share, and xdist
    sends one test an id: of sixteen routes one was played.
    """
    if isinstance(item, SchemathesisFunction) and item.parent is not None:
        item._id = item.parent.id.child(item.name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: no worker is left alone with one at the end."""
    items.sort(key=lambda item: "unit" in item.path.parts)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL; skips where Debian's package is absent."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def laid_out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LaidOut:
    """Cities to copy; the workers of a run share them."""
    folder = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    return LaidOut((folder.parent if is_worker else folder) / "laid-out")


@pytest.fixture(scope="session")
def new_city_url(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes the URL of a city's database, its tables there and empty, as often as asked."""
    original = postgres_server.new_database()
    migrate(tmp_path_factory.mktemp("original"), original)
    return lambda: postgres_server.new_database(like=original)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(laid_out: LaidOut) -> None:
    """The tables of tests inside this process are a copy as well."""
    from django.conf import settings

    if "DATABASE_URL" not in os.environ:
        laid_out.tables(settings.HOME)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """They are not made anew, and go with the folder or the server that they lie in."""
    return True


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
