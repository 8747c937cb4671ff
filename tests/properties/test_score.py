"""What must hold of every score and every receipt, whatever the evidence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.populations import GROUND, POLICIES, populations, scored_with
from zhima.engine.events.table import EVENTS
from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored, scores_table
from zhima.engine.score.explain import Line, check, score_of
from zhima.engine.score.population import no_ties
from zhima.engine.score.receipt import Item, receipts
from zhima.engine.score.whatif import Change, what_if

names = st.sampled_from(sorted(POLICIES))


def lines_of(scored: Scored, batch: int = 50_000) -> dict[str, tuple[Line, ...]]:
    rows = [row for part in receipts(scored, people_per_batch=batch) for row in part.to_pylist()]
    found: dict[str, list[Line]] = {}
    for row in rows:
        line = Line(Item(row["item"]), *(row[k] for k in list(row)[2:]))
        found.setdefault(row["person_id"], []).append(line)
    return {person: tuple(lines) for person, lines in found.items()}


@given(name=names, data=st.data())
def test_every_receipt_sums_to_its_score_and_follows_from_itself(name, data):
    policy = POLICIES[name]
    scored = scored_with(policy, *data.draw(populations(policy)))
    lines = lines_of(scored)
    assert list(lines) == scored.people.to_pylist()
    for person, score in zip(lines, scored.score, strict=True):
        assert score_of(lines[person]) == score
        assert check(lines[person], card=policy.card, rules=policy.rulebook.rules) == []


@given(name=names, data=st.data())
def test_a_changed_line_is_found(name, data):
    policy = POLICIES[name]
    scored = scored_with(policy, *data.draw(populations(policy)))
    lines = data.draw(st.sampled_from(list(lines_of(scored).values())))
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(2, 10**6) | st.integers(-(10**6), -2))
    changed = lines[at]._replace(points_milli=lines[at].points_milli + other)
    forged = (*lines[:at], changed, *lines[at + 1 :])
    assert check(forged, card=policy.card, rules=policy.rulebook.rules) or not adds_up(forged)


@given(name=names, data=st.data())
def test_parts_and_interval_surround_the_score(name, data):
    policy = POLICIES[name]
    scored = scored_with(policy, *data.draw(populations(policy)))
    table = scores_table(scored).to_pandas()
    assert ((table.low >= 350) & (table.low <= table.score)).all()
    assert ((table.score <= table.high) & (table.high <= 950)).all()
    assert np.allclose(table.score - 350 - table.own - table.friends_points, 0, atol=0.51)
    parts = table[[factor.value for factor in Factor]].sum(axis=1)
    limit = scored.own - scored.applied.total
    assert np.allclose(parts + limit + policy.card.base_points, table.own + table.friends_points)
    for score, band in zip(table.score, table.band, strict=True):
        assert policy.rulebook.rules.band(score).id == band


@given(data=st.data())
def test_weight_nought_is_exactly_no_effect(data):
    policy = POLICIES["gdpr"]
    features, ties = data.draw(populations(policy))
    with_ties = scored_with(policy, features, ties)
    assert (with_ties.score == with_ties.own + 350).all()
    assert (with_ties.score == scored_with(policy, features, no_ties()).score).all()


@given(name=names, batch=st.integers(1, 5), data=st.data())
def test_batches_of_receipts_do_not_matter(name, batch, data):
    policy = POLICIES[name]
    scored = scored_with(policy, *data.draw(populations(policy)))
    assert lines_of(scored, batch) == lines_of(scored)


@given(name=names, data=st.data())
def test_asking_for_no_change_changes_nothing(name, data):
    policy = POLICIES[name]
    features, ties = data.draw(populations(policy))
    scored = scored_with(policy, features, ties)
    same = asked(scored, ties, name, Change())
    assert (same.score == scored.score).all()


@given(name=names, data=st.data())
def test_leaving_a_contact_takes_exactly_that_line_from_the_receipt(name, data):
    policy = POLICIES[name]
    features, ties = data.draw(populations(policy))
    scored = scored_with(policy, features, ties)
    contacts = [j for i, j in zip(ties.i, ties.j, strict=True) if i == 0]
    if not contacts:
        with pytest.raises(ZhimaError, match="is no contact"):
            asked(scored, ties, name, Change(leaves=("p00",)))
        return
    left = f"p{data.draw(st.sampled_from(contacts)):02d}"
    after = asked(scored, ties, name, Change(leaves=(left,)))
    sources = [line.source for line in lines_of(after)["p00"] if line.item is Item.CONTACT]
    before = [line.source for line in lines_of(scored)["p00"] if line.item is Item.CONTACT]
    assert sources == [source for source in before if source != left]


def test_with_ground_a_person_without_ties_loses_the_friends_share():
    policy = POLICIES[GROUND]
    features = pa.table(
        {
            "person_id": ["p00"],
            **{f.id: pa.nulls(1, pa.float64()) for f in policy.catalogue.features},
        }
    )
    scored = scored_with(policy, features, no_ties())
    assert scored.friends_milli[0] == -200 * scored.own[0]


def adds_up(lines: tuple[Line, ...]) -> bool:
    try:
        score_of(lines)
    except ZhimaError:
        return False
    return True


def asked(scored: Scored, ties: Ties, name: str, change: Change) -> Scored:
    return what_if(
        scored=scored,
        ties=ties,
        policy=POLICIES[name],
        person_id="p00",
        own_events=EVENTS.empty_table(),
        change=change,
    )
