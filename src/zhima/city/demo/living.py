"""The town's past and its time to come: stretches of life, each followed by new scores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from zhima.city import chores, clock
from zhima.city.demo import town
from zhima.city.demo.history import Moment
from zhima.city.demo.life import PEOPLE_APP, Town, live
from zhima.city.demo.population import LIVES, NEIGHBOURS, STAY_DAYS
from zhima.city.demo.town import Arrival
from zhima.city.people.models import Person
from zhima.city.scoring import policy, rebuilding, running
from zhima.city.scoring.evidence import NewEvent, report
from zhima.city.scoring.models import Due
from zhima.engine.kinds import ZhimaError
from zhima.lab.habits import Act

DAILY_FOR = timedelta(days=45)
"""Of the past; before that, life is told by weeks."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SCORED_DAILY_FOR = timedelta(days=14)
SCORED_DAILY_UP_TO, LARGE_TOWN_SCORED_EVERY = 1_000, 15
"""In a larger town people are scored every so many days while time is stepped."""
LOOK_EVERY_S, WAIT_FOR_SCORES_S = 0.02, 20.0


def past(six: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
    """How the town came to be what it is, up to now."""
    begin = now - timedelta(days=STAY_DAYS)
    yield Moment(begin - DAY, partial(_settle, six, now))
    for arrival in town.arrivals(six, count=NEIGHBOURS, now=now):
        yield Moment(arrival.since, partial(_arrive, arrival))
    acts = _Acts(now, begin)
    desk = running.Desk()
    start = begin
    while start < now:
        end = min(start + (DAY if now - start <= DAILY_FOR else WEEK), now)
        yield Moment(end, partial(acts.live, start, end))
        if now - end <= SCORED_DAILY_FOR or now - start > DAILY_FOR or (now - end).days % 7 == 0:
            yield Moment(end, partial(_score, desk))
        start = end
    yield Moment(now, lambda _: desk.close())


def step(days: int, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Let so many days pass, each with its life and its scores; how many things happened."""
    if days < 1:
        raise ZhimaError(f"time goes forward by whole days, not by {days}")
    return pass_until(clock.now() + days * DAY, told=told)


def pass_until(end: datetime, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Let time pass until a moment, day by day; how many things happened.

    What falls due on a day is done after the scores of its life, so that each has its own cause.
    """
    begin = clock.now()
    known = town.town_of_demo(begin)
    acts = known.acts(since=begin, before=end)
    desk = running.Desk()
    every = 1 if len(known.people) <= SCORED_DAILY_UP_TO else LARGE_TOWN_SCORED_EVERY
    since, number = begin, 0
    while since < end:
        until, number = min(since + DAY, end), number + 1
        clock.step(until - since)
        live(known, [act for act in acts if since <= act.at < until])
        is_scored = number % every == 0 or until == end
        if is_scored:
            _wait_for_scores(desk)
        chores.do_all()
        if is_scored and Due.objects.exists():
            _wait_for_scores(desk)
        told(number)
        since = until
    desk.close()
    return len(acts)


def catch_up() -> None:
    """Score everybody who wants a score and has none."""
    rebuilding.rebuild()
    desk = running.Desk()
    _wait_for_scores(desk)
    desk.close()


def _settle(six: Mapping[str, Person], now: datetime, _: datetime) -> None:
    town.settle(six, count=NEIGHBOURS, now=now)


def _arrive(arrival: Arrival, at: datetime) -> None:
    """What the city itself knows of somebody: since when, and how well."""
    known = [_known(arrival.id, "account.opened", at)]
    if arrival.identity_level:
        known.append(_known(arrival.id, "identity.verified", at, level=arrival.identity_level))
    with transaction.atomic():
        report(known)


def _known(person: UUID, kind: str, at: datetime, **said: int) -> NewEvent:
    return NewEvent(
        event_id=f"life:{person.hex}:{kind}",
        person_id=person,
        kind=kind,
        occurred_at=at,
        app=PEOPLE_APP,
        purpose="identity",
        context=said,
    )


class _Acts:
    """The acts of the whole past, drawn when first needed."""

    def __init__(self, now: datetime, begin: datetime) -> None:
        self._now, self._begin = now, begin
        self._town: Town | None = None
        self._all: list[Act] = []

    def live(self, since: datetime, before: datetime, _: datetime) -> None:
        """What happened in a stretch of it."""
        if self._town is None:
            self._town = town.town_of_demo(self._now)
            drawn = self._town.acts(since=self._begin, before=self._now)
            self._all = sorted([*drawn, *self._slips(self._town)])
        with transaction.atomic():
            live(self._town, [act for act in self._all if since <= act.at < before])

    def _slips(self, known: Town) -> Iterator[Act]:
        ids = dict(Person.objects.filter(username__in=LIVES).values_list("pk", "username"))
        for place, someone in enumerate(known.people):
            name = ids.get(someone.id)
            for slip in LIVES[name].slips if name else ():
                at = self._now - timedelta(days=slip.days_ago, hours=1)
                if at >= someone.habits.since:
                    yield Act(
                        at,
                        place,
                        slip.kind,
                        amount_fen=slip.amount_fen,
                        days_late=slip.days_late,
                        category=slip.category,
                    )


def _score(desk: running.Desk, at: datetime) -> None:
    if policy.is_known(at):
        while not desk.turn():
            pass


def _wait_for_scores(desk: running.Desk) -> None:
    """Until the day is scored: by this process when no other does, else for a little while."""
    until = time.monotonic() + WAIT_FOR_SCORES_S
    while (pause_s := desk.turn()) == 0 or Due.objects.exists():
        if not desk.is_ours and time.monotonic() > until:
            return
        time.sleep(min(pause_s, LOOK_EVERY_S))
