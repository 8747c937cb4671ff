"""The tests of scoring once more, with everything in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.again_on_postgres import require_the_same


def test_scoring_is_the_same_on_postgresql(new_city_url: Callable[[], str]) -> None:
    require_the_same(new_city_url(), "tests/unit/city/scoring", "tests/unit/city/badges")
