"""Agreements, rents, fares and chains once more, with tables and ledger in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.again_on_postgres import require_the_same

AGAIN = (
    "tests/unit/city/obligations",
    "tests/unit/city/oversight/test_deposits.py",
    "tests/unit/city/score/test_chains.py",
    "tests/journeys/apps/test_a8_rents_and_fares.py",
    "tests/journeys/apps/test_webhooks_to_operators.py",
)


def test_agreements_are_the_same_on_postgresql(new_city_url: Callable[[], str]) -> None:
    require_the_same(new_city_url(), *AGAIN)
