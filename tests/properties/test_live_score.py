"""Scoring one person live gives the receipt of the batch, line for line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.populations import POLICIES
from tests.properties.event_histories import AS_OF, PEOPLE, event_rows, events_table
from tests.properties.test_score import lines_of
from zhima.engine.features.history import history
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored, compose
from zhima.engine.score.live import Contact, LivePerson
from zhima.engine.score.population import features_of

LIVE = {name: LivePerson(policy) for name, policy in POLICIES.items()}
strengths = st.sampled_from([0.1, 0.5, 1.0])


def batch(name: str, rows: list[dict[str, Any]], tied: list[tuple[int, int, float]]) -> Scored:
    policy = POLICIES[name]
    features = features_of(events_table(rows), policy, as_of=AS_OF, people=PEOPLE)
    i, j, strength = zip(*tied, strict=True) if tied else ((), (), ())
    ties = Ties(
        np.array(i, np.uint32), np.array(j, np.uint32), np.array(strength, np.float32), {}, (), 0
    )
    return compose(
        features=features, ties=ties, rulebook=policy.rulebook, card=policy.card, as_of=AS_OF
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(POLICIES)),
    rows=event_rows(),
    tied=st.lists(
        st.tuples(st.just(0), st.sampled_from([1, 2]), strengths), unique_by=lambda tie: tie[1]
    ),
)
def test_live_and_batch_print_the_same_receipt(name, rows, tied):
    scored = batch(name, rows, tied)
    receipts = lines_of(scored)
    for row, person in enumerate(scored.people.to_pylist()):
        own_rows = [event for event in rows if event["person_id"] == person]
        own = LIVE[name].own(history(events_table(own_rows)), as_of=AS_OF)
        standing = LIVE[name].with_contacts(
            own, contacts_of(scored, row), points=scored.points[row]
        )
        assert own.points == scored.own[row]
        assert standing.score == scored.score[row]
        assert (standing.low, standing.high) == (scored.low[row], scored.high[row])
        assert [
            (line.item, line.factor, line.source, line.label, line.points_milli)
            for line in standing.lines
        ] == [
            (line.item, line.factor, line.source, line.label, line.points_milli)
            for line in receipts[person]
        ]


def contacts_of(scored: Scored, row: int) -> list[Contact]:
    start, end = (int(scored.contacts.start[at]) for at in (row, row + 1))
    ids: pa.Array = scored.people.take(pa.array(scored.contacts.contact[start:end]))
    return [
        Contact(person, float(scored.points[at]), float(share))
        for person, at, share in zip(
            ids.to_pylist(),
            scored.contacts.contact[start:end],
            scored.contacts.share[start:end],
            strict=True,
        )
    ]
