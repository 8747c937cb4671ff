"""Whatever happened in whatever order: scores follow from what is kept, and so does the batch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.city_scores import said, settle, tell
from tests.town_of_six import PEOPLE, SAID, START, Town
from zhima.city import clock
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import readings, rebuilding
from zhima.city.scoring.models import Event, Score, Standing
from zhima.city.scoring.policy import in_force
from zhima.city.scoring.rebuilding import What
from zhima.engine.events.table import EVENTS
from zhima.engine.score.population import score_population

pytestmark = pytest.mark.usefixtures("city")

person = st.integers(0, PEOPLE - 1)
steps = st.one_of(
    st.tuples(st.just("say"), person, st.integers(0, len(SAID) - 1), st.integers(0, 300)),
    st.tuples(st.just("tie"), person, person, st.integers(0, 90)),
    st.tuples(st.just("untie"), person, person, st.just(0)),
    st.tuples(st.just("revoke"), person, st.just(0), st.just(0)),
    st.tuples(st.just("allow"), person, st.just(0), st.just(0)),
    st.tuples(st.just("strike"), st.integers(0, 30), st.just(0), st.just(0)),
    st.tuples(st.just("suspend"), st.integers(0, 30), st.just(0), st.just(0)),
    st.tuples(st.just("leave"), person, st.just(0), st.just(0)),
    st.tuples(st.just("pass"), st.integers(1, 40), st.just(0), st.just(0)),
    st.tuples(st.just("work"), st.just(0), st.just(0), st.just(0)),
    st.tuples(st.just("crash"), st.just(0), st.just(0), st.just(0)),
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, max_size=30))
def test_scores_can_be_made_again_to_the_point(story: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        with clock.pretending(clock.microseconds(START)):
            town = Town()
        for step in story:
            town.do(step)
        town.settled()
        with clock.pretending(clock.microseconds(town.now + timedelta(minutes=2))):
            checked = rebuilding.check()
        assert (checked.differences, checked.waiting) == ((), 0)
        seqs = list(Score.objects.order_by("person_id", "seq").values_list("person_id", "seq"))
        counted: dict[object, int] = {}
        for who, seq in seqs:
            counted[who] = counted.get(who, 0) + 1
            assert seq == counted[who]
        transaction.set_rollback(True)


def test_the_batch_gives_the_same_scores(tmp_path: Path) -> None:
    with clock.pretending(clock.microseconds(START)):
        town = Town()
    story = [("tie", i, j, 80) for i in range(PEOPLE) for j in range(i)]
    story += [("say", k % PEOPLE, (k * 7) % len(SAID), (k * 37) % 300) for k in range(60)]
    story += [("strike", 3, 0, 0), ("work", 0, 0, 0), ("untie", 2, 4, 0), ("pass", 1, 0, 0)]
    for step in story:
        town.do(step)
    town.settled()
    at = town.now + timedelta(minutes=1)
    scored, _ = score_population(
        events=write_events(tmp_path),
        ties=write_ties(tmp_path),
        policy=in_force(at),
        as_of=at,
    )
    batch = dict(zip(scored.people.to_pylist(), scored.score.tolist(), strict=True))
    live = {str(row.person_id): row.score for row in Standing.objects.all()}
    assert live == batch
    assert len(set(live.values())) > 3


def write_events(folder: Path) -> Path:
    """The events as the engine's table."""
    rows = [
        {
            "event_id": row.event_id,
            "person_id": str(row.person_id),
            "kind": row.kind,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
            "amount_fen": row.amount_fen,
            "counterparty_id": row.counterparty_id,
            "context": None if not row.context else json.dumps(row.context),
        }
        for row in Event.objects.all()
    ]
    pa_parquet.write_table(pa.Table.from_pylist(rows, schema=EVENTS), folder / "events.parquet")
    return folder / "events.parquet"


def write_ties(folder: Path) -> Path:
    """Both directions of every open tie."""
    rows = [
        {"person_id": str(one), "contact_id": str(other), "since": tie.agreed_at}
        for tie in Tie.objects.filter(ended_at=None).exclude(agreed_at=None)
        for one, other in ((tie.low_id, tie.high_id), (tie.high_id, tie.low_id))
    ]
    stamp = pa.timestamp("us", "UTC")
    table = pa.table(
        {
            "person_id": [row["person_id"] for row in rows],
            "contact_id": [row["contact_id"] for row in rows],
            "strength": pa.array([1.0] * len(rows), pa.float64()),
            "since": pa.array([row["since"] for row in rows], stamp),
            "until": pa.nulls(len(rows), stamp),
        }
    )
    pa_parquet.write_table(table, folder / "ties.parquet")
    return folder / "ties.parquet"


def tampered() -> dict[What, Callable[[Person], object]]:
    """One way to bring about each difference, by whoever has the database."""
    mine = Score.objects.filter
    return {
        What.UNKNOWN_STANDING: lambda p: Standing.objects.filter(pk=p.pk).update(score=900),
        What.RECEIPT: lambda p: mine(person_id=p.pk).update(lines=[["start", "", "", "", "", 1]]),
        What.OWN: lambda p: Standing.objects.filter(pk=p.pk).update(own=590),
        What.MISSING: lambda p: Standing.objects.filter(pk=p.pk).delete(),
        What.UNWANTED: lambda p: p.grants.filter(recipient="score").delete(),
    }


@pytest.mark.parametrize("what", [each for each in What if each is not What.SCORE])
def test_what_was_changed_by_hand_is_found_and_made_again(what: What) -> None:
    town, ana = Town(), Person.objects.get(username="p0")
    tell(said(ana, "bill.paid", amount_fen=900, purpose="bills", days_late=0))
    settle(town.scorer)
    assert rebuilding.check().differences == ()
    right = readings.current(ana.pk).score
    tampered()[what](ana)
    assert what in {
        each.what for each in rebuilding.check().differences if each.person_id == ana.pk
    }
    rebuilding.rebuild()
    town.scorer.forget()
    settle(town.scorer)
    left = rebuilding.check().differences
    assert not left
    again = readings.current(ana.pk)
    assert again is None if what is What.UNWANTED else again.score == right


def test_a_score_raised_by_hand_is_found() -> None:
    town, ana = Town(), Person.objects.get(username="p0")
    settle(town.scorer)
    newest = Score.objects.filter(person_id=ana.pk).order_by("-seq").first()
    lines = [*newest.lines[:-1], ["rounding", "", "", "", "", newest.lines[-1][5] + 90_000]]
    Score.objects.filter(pk=newest.pk).update(score=newest.score + 90, lines=lines)
    Standing.objects.filter(pk=ana.pk).update(score=newest.score + 90)
    found = {each.what for each in rebuilding.check().differences}
    assert What.SCORE in found
