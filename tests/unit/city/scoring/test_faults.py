"""Processes that die, databases that are away, clocks that are set back, rules that change."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.city_books import befriend
from tests.city_scores import good_record, new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.people.models import Person
from zhima.city.scoring import evidence, lease, money, readings, rebuilding, running
from zhima.city.scoring.lease import LeaseLost, Tenant
from zhima.city.scoring.models import Due, Event, Lease, RulebookInForce, Score
from zhima.city.scoring.scorer import Scorer

pytestmark = pytest.mark.usefixtures("city")

HOUR = timedelta(hours=1)


def score(person: Person) -> int:
    return readings.current(person.pk).score


def test_one_holds_the_lease_until_it_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Tenant(), Tenant()
    assert first.take()
    assert not second.take()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + lease.SILENT_FOR_S - 1)
    first.prove()
    assert not second.take()
    monkeypatch.setattr(time, "monotonic", lambda: now + 2 * lease.SILENT_FOR_S + 1)
    assert second.take()
    with pytest.raises(LeaseLost):
        first.prove()


def test_a_holder_that_is_no_more_is_followed_at_once() -> None:
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    gone = Tenant()
    host, _, rest = gone.me.split(":")
    Lease.objects.create(name=lease.NAME, holder=f"{host}:{2**22 + 1}:{rest}", beat=1)
    assert Tenant().take()


def test_whoever_lost_the_lease_writes_nothing() -> None:
    ana, old = scored_resident("Ana"), new_scorer()
    Lease.objects.update(holder="")
    new = new_scorer()
    with pytest.raises(LeaseLost):
        old.work()
    assert not Score.objects.exists()
    assert Due.objects.exists()
    settle(new)
    assert readings.current(ana.pk).seq == 1


def test_a_batch_that_fails_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    tell(*good_record(ana))
    settle(scorer)
    before, rows = score(ana), Score.objects.count()
    tell(said(ana, "obligation.breached"))

    def away(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr("zhima.city.scoring.publishing.Sheet.write", away)
        with pytest.raises(OperationalError):
            scorer.work()
    assert (score(ana), Score.objects.count()) == (before, rows)
    settle(scorer)
    assert score(ana) < before
    assert not rebuilding.check().differences


def test_the_scorer_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    stop = threading.Event()

    def turn(self: running.Desk) -> float:
        turns.append("turn")
        if len(turns) < 3:
            raise OperationalError("no connection")
        stop.set()
        return 0.0

    monkeypatch.setattr(running.Desk, "turn", turn)
    monkeypatch.setattr(running, "close_old_connections", lambda: None)
    monkeypatch.setattr(running, "WAIT_AFTER_FAILURE_S", 0.01)
    running.run(stop)
    assert len(turns) == 3


def test_a_turn_reads_money_and_scores() -> None:
    ana, desk = scored_resident("Ana", fen=500), running.Desk()
    assert desk.turn() == 0
    assert desk.turn() > 0
    assert readings.current(ana.pk) is not None
    assert money.take_in() == 0
    desk.close()
    assert Tenant().take()


def test_a_clock_set_back_neither_stops_nor_reorders_scores() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    settle(scorer)
    now = clock.now_us()
    for back in (0, 3, 30):
        with clock.pretending(now - back * 24 * 3600 * 1_000_000):
            tell(said(ana, "bill.paid", amount_fen=9000, purpose="bills", days_late=0))
            scorer.forget()
            assert settle(scorer) < 5
            assert settle(Scorer(scorer._tenant)) == 0
    made = readings.timeline(ana.pk, clock.moment(0))
    assert [row.as_of for row in made] == sorted(row.as_of for row in made)
    assert made[-1].score > made[0].score
    assert not Due.objects.exists()


@pytest.mark.parametrize("back", [HOUR, 24 * HOUR], ids=["an hour", "a day"])
def test_a_clock_set_back_while_the_scorer_is_down(back: timedelta) -> None:
    ana, bo = scored_resident("Ana"), scored_resident("Bo")
    befriend(ana, bo)
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0) + timedelta(days=1)
    begun, told = clock.microseconds(midnight), []
    step_us = 5 * 3600 * 1_000_000

    def live_through(at_us: int) -> None:
        """Something happens to both under this clock, and a scorer just started scores it."""
        with clock.pretending(at_us):
            for person, kind in ((ana, "obligation.breached"), (bo, "item.damaged")):
                event = said(person, kind)
                told.extend(tell(event))
                assert evidence.report([event]) == ["already_recorded"]
            settle(new_scorer_again())

    # Long after the day began, so that its beginning is no help against going back.
    with clock.pretending(begun):
        settle(new_scorer())
    for at_us in (begun + step_us, begun + step_us - clock_us(back), begun + 2 * step_us):
        live_through(at_us)
    assert list(Event.objects.order_by("seq").values_list("event_id", flat=True)) == told
    for person in (ana, bo):
        made = list(Score.objects.filter(person_id=person.pk).order_by("seq"))
        assert [row.as_of for row in made] == sorted(row.as_of for row in made)
        causes = [row.cause for row in made if row.cause in told]
        assert causes == sorted(set(causes), key=told.index)
    assert {row.cause for row in Score.objects.all()} >= set(told)
    with clock.pretending(begun + 2 * step_us + 1):
        assert settle(new_scorer_again()) == 0
        assert not rebuilding.check().differences


def new_scorer_again() -> Scorer:
    """As after a restart."""
    Lease.objects.all().delete()
    return new_scorer()


def clock_us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def test_a_new_day_looks_at_everybody_once_and_says_so() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    tell(said(ana, "complaint.received", days_ago=364, purpose="ratings"))
    settle(scorer)
    low = score(ana)
    with clock.pretending(clock.now_us() + 2 * 24 * 3600 * 1_000_000):
        assert settle(scorer) == 1
        assert settle(scorer) == 0
        assert not rebuilding.check().differences
    assert readings.current(ana.pk).cause == "day"
    assert score(ana) > low


def test_new_rules_score_everybody_again_and_say_so() -> None:
    people, scorer = [scored_resident(name) for name in ("Ana", "Bo", "Chen")], new_scorer()
    for person in people:
        tell(*good_record(person))
    settle(scorer)
    before = readings.current(people[0].pk).rulebook
    RulebookInForce.objects.create(
        name="zhima-2018",
        state=RulebookInForce.State.IN_FORCE,
        drafted_at=clock.now() - HOUR,
        since=clock.now() - HOUR,
    )
    settle(scorer)
    assert settle(scorer) == 0
    for person in people:
        reading = readings.current(person.pk)
        assert reading.cause == "rulebook"
        assert reading.rulebook != before
    assert not rebuilding.check().differences
