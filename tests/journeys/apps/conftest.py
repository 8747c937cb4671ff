"""Every journey through the mini-apps starts in an empty city with empty books."""

import pytest

from tests.apps_from_outside import AppSoftware, published
from tests.city_books import city
from tests.city_phones import Phone, resident

__all__ = ["city"]


@pytest.fixture
def maker() -> Phone:
    return resident("Maker")


@pytest.fixture
def kites(maker: Phone) -> AppSoftware:
    return AppSoftware.of(*published(maker))
