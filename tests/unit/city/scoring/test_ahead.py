"""Under a backlog the next looks are read while the last are worked out: nothing comes of it."""

from __future__ import annotations

import random

import pytest
from django.db import OperationalError

from tests.city_scores import opt_in, settle
from tests.town_of_six import PEOPLE, SAID, START, Town
from zhima.city import clock
from zhima.city.scoring import briefing, publishing, rebuilding
from zhima.city.scoring.briefing import Ahead, Brief
from zhima.city.scoring.models import Due, Score

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]
STEPS = 150
SELDOM = ("revoke", "allow", "leave", "strike", "suspend", "tie", "untie")
WHAT = ("say",) * 9 + ("work",) * 4 + SELDOM


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Brief]:
    """What was read ahead and used; two looks are a backlog."""
    found: list[Brief] = []
    take = Ahead.take

    def noted(self: Ahead) -> Brief | None:
        brief = take(self)
        found.extend([brief] if brief else [])
        return brief

    monkeypatch.setattr(Ahead, "take", noted)
    monkeypatch.setattr(briefing, "AT_ONCE", 2)
    return found


def a_town() -> Town:
    with clock.pretending(clock.microseconds(START)):
        return Town()


def live_through(town: Town, rng: random.Random) -> None:
    """Much happens, also between the reading of looks and the looks."""
    for _ in range(STEPS):
        i, j = rng.sample(range(PEOPLE), 2)
        what = rng.choice(WHAT)
        rest = {"say": (i, rng.randrange(len(SAID)), rng.randrange(300)), "tie": (i, j, 80)}
        town.do((what, *rest.get(what, (i, j, 0))))


def require_sound(town: Town) -> None:
    town.settled()
    with clock.pretending(clock.microseconds(town.now) + 120 * 1_000_000):
        checked = rebuilding.check()
    assert (checked.differences, checked.waiting) == ((), 0)
    rows = list(Score.objects.order_by("id").values_list("person_id", "seq"))
    for person in {person for person, _ in rows}:
        mine = [seq for who, seq in rows if who == person]
        assert mine == list(range(1, len(mine) + 1))


@pytest.mark.parametrize(("seed", "kept"), [(2, 1), (1, publishing.MOST_PEOPLE_KEPT)])
def test_reading_ahead_changes_no_score(
    taken: list[Brief], monkeypatch: pytest.MonkeyPatch, seed: int, kept: int
) -> None:
    monkeypatch.setattr(publishing, "MOST_PEOPLE_KEPT", kept)
    town = a_town()
    live_through(town, random.Random(seed))
    require_sound(town)
    assert len(taken) > STEPS / 20
    town.scorer.forget()


def test_what_cannot_be_read_ahead_is_read_again(
    taken: list[Brief], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = a_town()
    for number in range(12):
        town.do(("say", number % PEOPLE, number % len(SAID), number))
    town.do(("work", 0, 0, 0))

    def away(self: Ahead) -> Brief | None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(Ahead, "take", away)
        with pytest.raises(OperationalError):
            town.do(("work", 0, 0, 0))
    assert Due.objects.exists()
    require_sound(town)
    town.scorer.forget()


def test_nothing_is_read_twice_of_one_look(taken: list[Brief]) -> None:
    town = a_town()
    settle(town.scorer)
    taken.clear()
    for number in range(12):
        town.do(("say", number % PEOPLE, number % len(SAID), number))
    dues = set(Due.objects.values_list("pk", flat=True))
    with clock.pretending(clock.microseconds(town.now)):
        while town.scorer.work():
            pass
    seen = [due for brief in taken for due in brief.dues]
    assert len(seen) == len(set(seen))
    assert set(seen) < dues
    town.scorer.forget()


def test_whoever_comes_back_while_her_leaving_is_worked_out_begins_anew(
    taken: list[Brief], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = a_town()
    ana, *others = town.people
    for number in range(8):
        town.do(("say", 0, number % len(SAID), number))
    settle(town.scorer)
    town.revoke(0, "score")
    for number in range(6):
        town.do(("say", 1 + number % len(others), 0, number))
    begin, read = Ahead.begin, []

    def begin_after(self: Ahead, *args: object, **rest: object) -> None:
        if not read:
            opt_in(ana)
            town.do(("say", 0, 0, 1))
        begin(self, *args, **rest)
        read.append(self._next.result())

    monkeypatch.setattr(Ahead, "begin", begin_after)
    monkeypatch.setattr(briefing, "AT_ONCE", 4)
    require_sound(town)
    assert any(task.person == ana.pk for task in read[0].tasks)
    assert Score.objects.filter(person_id=ana.pk).count() == 1
    town.scorer.forget()
