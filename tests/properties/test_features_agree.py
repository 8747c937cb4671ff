"""One declaration, two ways to compute it: batch and live give the same numbers."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.properties.event_histories import (
    AS_OF,
    PEOPLE,
    event_rows,
    events_table,
    every_aggregate,
)
from zhima.engine.features.batch import compute
from zhima.engine.features.declaration import Catalogue, load_catalogue
from zhima.engine.features.history import history
from zhima.engine.features.live import LiveFeatures

SHARED = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
RATIO_TOLERANCE = 1e-12


def assert_agree(rows: list[dict[str, Any]], catalogue: Catalogue) -> None:
    live = LiveFeatures(catalogue)
    batch = compute(events_table(rows), catalogue, as_of=AS_OF, people=PEOPLE).to_pylist()
    whole = {feature.id for feature in catalogue.features if feature.whole}
    for row in batch:
        person = row.pop("person_id")
        own = events_table([event for event in rows if event["person_id"] == person])
        mine = live(history(own), as_of=AS_OF)
        assert mine.keys() == row.keys()
        for name, number in row.items():
            if number is None or name in whole:
                assert mine[name] == number, name
            else:
                assert mine[name] is not None, name
                assert math.isclose(mine[name], number, rel_tol=RATIO_TOLERANCE), name


@SHARED
@given(event_rows())
def test_batch_and_live_agree_on_every_aggregate(rows: list[dict[str, Any]]) -> None:
    assert_agree(rows, every_aggregate())


@SHARED
@given(event_rows())
def test_batch_and_live_agree_on_the_shipped_catalogue(rows: list[dict[str, Any]]) -> None:
    assert_agree(rows, load_catalogue())
