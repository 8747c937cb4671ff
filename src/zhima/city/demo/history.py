"""The demo's past. Each app tells its moments; they happen in order, at their own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.apps import apps

from zhima.city import clock
from zhima.city.ledger import requests
from zhima.city.ledger.model import DONE, Transfer
from zhima.city.people import contacts
from zhima.city.people.models import Person
from zhima.city.wallet import books
from zhima.engine.kinds import ZhimaError

Residents = dict[str, Person]

FRIENDS = (("ana", "bo"), ("ana", "chen"), ("ana", "li"), ("bo", "chen"), ("li", "mei"))
FRIENDS_FOR_DAYS = 70
"""Longer than ties need to count in full."""
ASKING = ("mei", "ana")
TOP_UPS_FEN = {"ana": 860_00, "bo": 240_00, "chen": 410_00, "li": 1_320_00, "mei": 95_00}
BETWEEN = (
    # days ago, payer, payee, fen, for what
    (9, "ana", "chen", 38_50, "Tickets for Saturday"),
    (7, "li", "ana", 120_00, "Half of the rent for the bikes"),
    (6, "chen", "bo", 15_00, "Noodles"),
    (4, "ana", "bo", 22_00, "Noodles, yesterday"),
    (2, "chen", "ana", 94_00, "Dinner at table 7"),
)
"""Amounts under which the scenes of the demo can still be played."""


class Moment(NamedTuple):
    """Something that happened at a time."""

    at: datetime
    happen: Callable[[datetime], None]


def play(residents: Residents, *, now: datetime) -> int:
    """Let the past happen, once; how many moments it had.

    An app adds its own by `seed_demo(residents, now)` of its config, which gives moments.
    """
    moments = list(_own(residents, now))
    for config in apps.get_app_configs():
        if hasattr(config, "seed_demo"):
            moments.extend(config.seed_demo(residents, now))
    for moment in sorted(moments, key=lambda each: each.at):
        # Inside it everything is written as of then.
        with clock.pretending(clock.microseconds(moment.at)):
            moment.happen(moment.at)
    return len(moments)


def _own(residents: Residents, now: datetime) -> Iterator[Moment]:
    yield Moment(now - timedelta(days=FRIENDS_FOR_DAYS + 1), _open_purses(residents))
    for low, high in FRIENDS:
        at = now - timedelta(days=FRIENDS_FOR_DAYS)
        yield Moment(at, _befriend(residents[low], residents[high]))
    yield Moment(now - timedelta(hours=3), _ask(residents[ASKING[0]], residents[ASKING[1]]))
    for name, amount_fen in TOP_UPS_FEN.items():
        yield Moment(now - timedelta(days=12), _top_up(residents[name], amount_fen))
    for days, payer, payee, amount_fen, memo in BETWEEN:
        at = now - timedelta(days=days, hours=days % 5, minutes=7 * days)
        yield Moment(at, _pay(residents[payer], residents[payee], amount_fen, memo))


def _befriend(person: Person, other: Person) -> Callable[[datetime], None]:
    def happen(_: datetime) -> None:
        contacts.ask(person=person, other=other)
        contacts.agree(person=other, other=person)

    return happen


def _ask(person: Person, other: Person) -> Callable[[datetime], None]:
    return lambda _: contacts.ask(person=person, other=other) and None


def _open_purses(residents: Residents) -> Callable[[datetime], None]:
    def happen(_: datetime) -> None:
        books.open_world()
        for person in residents.values():
            books.open_purse(person)

    return happen


def _top_up(person: Person, amount_fen: int) -> Callable[[datetime], None]:
    return _write(
        requests.pay(
            transfer_id=f"demo:top-up:{person.username}",
            payer=books.WORLD,
            payee=books.purse(person),
            amount_fen=amount_fen,
            memo="Top-up",
        )
    )


def _pay(payer: Person, payee: Person, amount_fen: int, memo: str) -> Callable[[datetime], None]:
    return _write(
        requests.pay(
            transfer_id=f"demo:{payer.username}:{payee.username}:{amount_fen}",
            payer=books.purse(payer),
            payee=books.purse(payee),
            amount_fen=amount_fen,
            memo=memo,
        )
    )


def _write(transfer: Transfer) -> Callable[[datetime], None]:
    def happen(_: datetime) -> None:
        (outcome,) = books.write(transfer)
        if outcome not in DONE:
            raise ZhimaError(f"the demo's transfer {transfer.id} was refused: {outcome}")

    return happen
