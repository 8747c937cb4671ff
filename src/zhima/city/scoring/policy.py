"""Which rulebook is in force when, made ready to score people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from zhima.city.scoring.models import RulebookInForce
from zhima.engine.documents import read_document
from zhima.engine.rulebook.dated import dates
from zhima.engine.rulebook.load import find
from zhima.engine.score.fit import Policy, load_policy
from zhima.engine.score.live import LivePerson

DEFAULT = "open"


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy and what is made of it once for all people."""

    policy: Policy
    live: LivePerson

    @property
    def name(self) -> str:
        """Name and hash of the rulebook, as on every score."""
        return self.policy.rulebook.name


def name_in_force(at: datetime) -> str:
    """The rulebook in force at a moment: a shipped name, or a path."""
    found = (
        RulebookInForce.objects.filter(since__lte=at)
        .filter(state__in=(RulebookInForce.State.IN_FORCE, RulebookInForce.State.RETIRED))
        .filter(Q(until=None) | Q(until__gt=at))
        .order_by("-since", "-pk")
        .values_list("name", flat=True)
        .first()
    )
    return found or DEFAULT


def in_force(at: datetime) -> Policy:
    """The policy in force at a moment; `open` when nothing else was adopted."""
    return ready(at).policy


def ready(at: datetime) -> InForce:
    """The same, ready to score."""
    return of_day(name_in_force(at), timezone.localdate(at))


def of_day(name: str, day: date, *, court_lists: bool | None = None) -> InForce:
    """A rulebook as it stands on a day of the city's calendar, or with one switch set otherwise."""
    since = max((on for on in _days(name) if on <= day), default=day)
    return _loaded(name, since, court_lists)


@lru_cache(maxsize=8)
def _days(name: str) -> tuple[date, ...]:
    document, _ = read_document(find(name))
    return tuple(sorted(dates(document)))


@lru_cache(maxsize=8)
def _loaded(name: str, day: date, court_lists: bool | None) -> InForce:
    policy = load_policy(name, as_of=day, court_lists=court_lists)
    return InForce(policy, LivePerson(policy))


def is_known(at: datetime) -> bool:
    """Whether the rulebook in force had values yet at a moment."""
    return min(_days(name_in_force(at))) <= timezone.localdate(at)
