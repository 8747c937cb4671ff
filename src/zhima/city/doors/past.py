"""The demo's benefits: who shares what, an upgrade that was drawn, and one that is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from zhima.city import clock
from zhima.city.demo.history import Moment
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import sharing, upgrades
from zhima.city.doors.asking import PARTIES, UPGRADES
from zhima.city.doors.models import Draw
from zhima.city.people.models import Person

RAIL = Reader("app", "train", "River railway")
SHARE = {UPGRADES: ("ana", "bo", "chen", "li"), PARTIES: ("bo", "chen", "li")}
WORTH_FEN = 128_00


def moments(residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
    """In their order; scores are there by then."""
    for purpose, names in SHARE.items():
        for name in names:
            happen = partial(_share, residents[name], purpose)
            yield Moment(now - timedelta(minutes=40), happen)
    yield Moment(now - timedelta(minutes=30), partial(_open, "Night train, first class", 10))
    for name in SHARE[UPGRADES]:
        yield Moment(now - timedelta(minutes=25), partial(_enter, residents[name]))
    yield Moment(now - timedelta(minutes=5), lambda _: upgrades.draw_due() and None)
    yield Moment(now - timedelta(minutes=4), partial(_open, "Sunday express, first class", 20 * 60))


def _share(person: Person, purpose: str, _: datetime) -> None:
    sharing.toggle(person, purpose)


def _open(title: str, minutes: int, at: datetime) -> None:
    upgrades.open_draw(
        operator=RAIL,
        slot=f"{title} {at:%Y-%m-%d}",
        title=title,
        places=2,
        closes_at=clock.now() + timedelta(minutes=minutes),
        worth_fen=WORTH_FEN,
    )


def _enter(person: Person, _: datetime) -> None:
    upgrades.enter(draw=Draw.objects.get(drawn_at=None), person=person)
