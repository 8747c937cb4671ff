"""The demo's benefits: who lets what be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from zhima.city.demo.history import Moment
from zhima.city.doors import sharing
from zhima.city.doors.asking import PARTIES, UPGRADES
from zhima.city.people.models import Person

SHARE = {UPGRADES: ("ana", "bo", "chen", "li"), PARTIES: ("bo", "chen", "li")}
BEFORE = timedelta(days=4)


def moments(residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
    """In their order; scores are there by then."""
    for purpose, names in SHARE.items():
        for name in names:
            yield Moment(now - BEFORE, partial(_share, residents[name], purpose))


def _share(person: Person, purpose: str, _: datetime) -> None:
    sharing.toggle(person, purpose)
