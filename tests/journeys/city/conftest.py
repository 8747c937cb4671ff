"""One city and one browser a module; a phone for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.city.desks import Desk
from tests.journeys.city.phones import Phone, chromium, running_city
from tests.laid_out import LaidOut


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, laid_out: LaidOut) -> Path:
    """The data folder of the city."""
    folder = tmp_path_factory.mktemp("city")
    laid_out.demo(folder)
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with running_city(home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(address: str, browser: Browser) -> Iterator[Desk]:
    made = Desk(browser, address)
    yield made
    made.close()


@pytest.fixture
def phone_of(address: str, browser: Browser) -> Iterator[Callable[..., Phone]]:
    """Makes a phone of a resident."""
    phones: list[Phone] = []

    def make(name: str, **options: object) -> Phone:
        phones.append(Phone(browser, address, **options))
        return phones[-1].enter(name)

    yield make
    for phone in phones:
        phone.close()
