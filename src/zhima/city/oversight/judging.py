"""Two rulebooks over the same evidence: what each would make of everybody, by the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.core.cache import cache
from django.utils import timezone

from zhima.city.people.models import IdentityLevel, Person
from zhima.city.scoring import histories, policy
from zhima.city.scoring.admission import admitted, everybody_scored
from zhima.city.scoring.policy import InForce
from zhima.city.scoring.ties import Day
from zhima.engine.doors.compare import opened
from zhima.engine.features.declaration import Purpose
from zhima.engine.kinds import SCORE_CEILING, SCORE_FLOOR
from zhima.engine.network import solve
from zhima.engine.rulebook.model import Rulebook

PEOPLE_AT_ONCE = 500
BIN_POINTS = 50
MOST_AT_ONCE = 5_000
"""A page waits for so many people to be judged; more is an operator's dry run."""
KEPT_S = 600

Whole = npt.NDArray[np.int64]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """Everybody's score under one rulebook, in the order of `people`."""

    people: tuple[UUID, ...]
    score: Whole
    rulebook: str


@dataclass(frozen=True, slots=True)
class Part:
    """What happens to the people of one band or group."""

    name: str
    people: int
    gain: int
    lose: int
    mean_change: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Two rulebooks compared over the same people and evidence."""

    before: Judged
    after: Judged
    bands: tuple[Part, ...]
    groups: tuple[Part, ...]
    """By how well the city knows who somebody is."""
    doors: tuple[tuple[str, int | None, int | None], ...]
    """Door, how many find it open before and after; None where there is no such door."""
    histogram: tuple[tuple[int, int, int], ...]
    """Start of a bin of BIN_POINTS, people before, people after."""

    @property
    def changed(self) -> int:
        """How many people have another score under the second."""
        return int((self.before.score != self.after.score).sum())

    def of(self, person_id: UUID) -> tuple[int, int] | None:
        """One person's two scores; None for somebody who has none."""
        if person_id not in self.before.people:
            return None
        place = self.before.people.index(person_id)
        return int(self.before.score[place]), int(self.after.score[place])

    def as_record(self) -> dict[str, object]:
        """For a rulebook's dry run: names nobody."""
        return {
            "before": self.before.rulebook,
            "after": self.after.rulebook,
            "people": len(self.before.people),
            "bands": [_record(part) for part in self.bands],
            "groups": [_record(part) for part in self.groups],
            "doors": [list(door) for door in self.doors],
            "histogram": [list(row) for row in self.histogram],
        }


def judge(before: str, after: str, *, at: datetime, progress: Progress | None = None) -> Judgement:
    """Score everybody who wants a score under two rulebooks; ZhimaError for a bad one."""
    day = timezone.localdate(at)
    return _judge(policy.of_day(before, day), policy.of_day(after, day), at, progress)


def judge_once(before: str, after: str, *, at: datetime) -> Judgement | None:
    """The same, kept for ten minutes; None where there are too many people for a page to wait."""
    key = f"judgement:{before}:{after}:{timezone.localdate(at)}"
    return _once(key, at, lambda: judge(before, after, at=at))


def court_link(name: str, *, at: datetime) -> Judgement | None:
    """One rulebook with the link to the courts' lists, and with that link cut; kept likewise."""
    day = timezone.localdate(at)

    def found() -> Judgement:
        linked, cut = (policy.of_day(name, day, court_lists=is_on) for is_on in (True, False))
        return _judge(linked, cut, at, None)

    return _once(f"courts:{name}:{day}", at, found)


def reads_courts(name: str, *, at: datetime) -> bool:
    """Whether anything of a rulebook's card looks at the courts' lists."""
    linked = policy.of_day(name, timezone.localdate(at), court_lists=True).policy
    return any(feature.purpose is Purpose.COURT for feature in linked.catalogue.features)


def _once(key: str, at: datetime, find: Callable[[], Judgement]) -> Judgement | None:
    kept: Judgement | None = cache.get(key)
    if kept is None and len(everybody_scored(at)) <= MOST_AT_ONCE:
        kept = find()
        cache.set(key, kept, KEPT_S)
    return kept


def _judge(first: InForce, second: InForce, at: datetime, progress: Progress | None) -> Judgement:
    people = sorted(everybody_scored(at))
    judged = [_judged(people, each, at, progress) for each in (first, second)]
    return _compared(*judged, first.policy.rulebook.rules, second, first)


def _judged(people: list[UUID], under: InForce, at: datetime, progress: Progress | None) -> Judged:
    own = np.array(list(_own(people, under, at, progress)), np.float64)
    friends = under.policy.rulebook.rules.friends
    points = solve(
        own,
        Day(people, begins=at, friends=friends).edges,
        weight=friends.weight,
        capacity=friends.capacity,
        missing=friends.missing.value,
    )
    score = np.floor(points + 0.5).astype(np.int64) + SCORE_FLOOR
    return Judged(tuple(people), score, under.name)


def _own(
    people: list[UUID], under: InForce, at: datetime, progress: Progress | None
) -> Iterator[int]:
    left, contested = iter(people), histories.suspended()
    while part := list(islice(left, PEOPLE_AT_ONCE)):
        evidence, grants = histories.evidence_of(part), admitted(part, at=at)
        for person in part:
            mine = evidence.get(person) or histories.Evidence()
            history = mine.history(grants[person], contested)
            yield under.live.own(history, as_of=at).points
        if progress is not None:
            progress(len(part))


def _compared(
    before: Judged, after: Judged, rules: Rulebook, second: InForce, first: InForce
) -> Judgement:
    change = after.score - before.score
    starts = np.array([band.start for band in rules.bands])
    band = np.searchsorted(starts, before.score, side="right") - 1
    levels = dict(Person.objects.filter(pk__in=before.people).values_list("pk", "identity_level"))
    level = np.array([levels.get(person, 0) for person in before.people], np.int64)
    return Judgement(
        before,
        after,
        tuple(_part(each.id, band == number, change) for number, each in enumerate(rules.bands)),
        tuple(_part(str(each.value), level == each.value, change) for each in IdentityLevel),
        tuple(_doors(before, after, first, second)),
        tuple(_histogram(before.score, after.score)),
    )


def _part(name: str, mine: npt.NDArray[np.bool_], change: Whole) -> Part:
    moved = change[mine]
    mean = float(moved.mean()) if len(moved) else 0.0
    return Part(name, len(moved), int((moved > 0).sum()), int((moved < 0).sum()), round(mean, 1))


def _doors(
    before: Judged, after: Judged, first: InForce, second: InForce
) -> Iterator[tuple[str, int | None, int | None]]:
    sides = ((before, first.policy.rulebook), (after, second.policy.rulebook))
    ids = dict.fromkeys(door.id for _, loaded in sides for door in loaded.rules.doors)
    for door_id in ids:
        counts = [
            int(opened(loaded, door_id, judged.score).sum())
            if door_id in {door.id for door in loaded.rules.doors}
            else None
            for judged, loaded in sides
        ]
        yield door_id, counts[0], counts[1]


def _histogram(before: Whole, after: Whole) -> Iterator[tuple[int, int, int]]:
    edges = np.arange(SCORE_FLOOR, SCORE_CEILING + BIN_POINTS + 1, BIN_POINTS)
    counts = [np.histogram(each, edges)[0] for each in (before, after)]
    for start, first, second in zip(edges[:-1], *counts, strict=True):
        yield int(start), int(first), int(second)


def _record(part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "people": part.people,
        "gain": part.gain,
        "lose": part.lose,
        "mean_change": part.mean_change,
    }
