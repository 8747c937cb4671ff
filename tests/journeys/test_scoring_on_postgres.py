"""The tests of scoring once more, with everything in PostgreSQL."""

from __future__ import annotations

from tests.journeys.again_on_postgres import require_the_same
from tests.postgres_server import PostgresServer


def test_scoring_is_the_same_on_postgresql(postgres_server: PostgresServer) -> None:
    require_the_same(postgres_server, "tests/unit/city/scoring")
