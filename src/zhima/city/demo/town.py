"""The town behind the six: neighbours, shops that were always there, ties, and what all allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from zhima.city import clock
from zhima.city.consent.models import Grant
from zhima.city.demo.life import (
    BILLS_APP,
    PEOPLE_APP,
    TABLES_APP,
    TOOLS_APP,
    Pocket,
    Someone,
    Town,
)
from zhima.city.demo.population import LIVES, SEED, habits_of_six, neighbour_names, neighbours
from zhima.city.ledger.accounts import open_accounts
from zhima.city.ledger.model import Account
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import shop_account
from zhima.city.people.models import IdentityLevel, Person, Tie
from zhima.city.scoring import money
from zhima.city.wallet import books
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.kinds import Text

OPENED_DAYS_AGO = 560
GRANT_DAYS = 360
SHOPS = (
    # name in English and Chinese, ISO 18245 category
    (Text("Corner market", "街角市场"), "5411"),
    (Text("Old town bakery", "老城面包房"), "5462"),
    (Text("River books", "河畔书店"), "5942"),
    (Text("Green bus", "绿色公交"), "4131"),
    (Text("Lantern cinema", "灯笼影院"), "7832"),
    (Text("Bamboo kitchen", "竹林厨房"), "5812"),
)
BILLERS = {
    "power": (Text("River power", "河畔电力"), "4900"),
    "telephone": (Text("Sky mobile", "天空移动"), "4814"),
}
EMPLOYER = (Text("City works", "城市工程"), "9399")
_AGREEMENTS = ("item", "booking", "obligation", "deposit", "stay", "ride", "order", "ticket")
ALLOWED = (
    # recipient, purpose, subjects of the kinds
    ("score", "score", ()),
    (f"app:{money.APP}", money.PURPOSE, ("payment", "transfer", "wallet", "packet", "income")),
    (f"app:{BILLS_APP}", "bills", ("bill",)),
    (f"app:{PEOPLE_APP}", "identity", ("identity", "account")),
    (f"app:{TOOLS_APP}", "agreements", _AGREEMENTS),
    (f"app:{TABLES_APP}", "agreements", _AGREEMENTS),
)
TIES_EACH = 5
TIES_OF_SIX = {"ana": 6, "bo": 7, "chen": 8, "li": 10, "mei": 2}


class Arrival(NamedTuple):
    """Somebody who came to live here."""

    id: UUID
    identity_level: int
    since: datetime


def arrivals(six: Mapping[str, Person], *, count: int, now: datetime) -> Iterator[Arrival]:
    """When everybody who is scored came, and how well the city knows them."""
    for name in LIVES:
        person = six[name]
        yield Arrival(person.pk, person.identity_level, habits_of_six(name, now).since)
    for at, habits in enumerate(neighbours(count, now)):
        yield Arrival(_id(f"neighbour {at}"), _level(at), habits.since)


def settle(six: Mapping[str, Person], *, count: int, now: datetime) -> None:
    """Neighbours move in, shops open, ties are made, everybody allows what life needs."""
    since = now - timedelta(days=OPENED_DAYS_AGO)
    people = _move_in(count, now)
    scored = [each for name, each in six.items() if name in LIVES]
    for name, person in six.items():
        joined_at = habits_of_six(name, now).since if name in LIVES else since
        Person.objects.filter(pk=person.pk).update(joined_at=joined_at)
    _open_purses([*six.values(), *people], since)
    _open_shops(people[0], since)
    _tie(six, people, now)
    _allow([*scored, *people], now)


def town_of_demo(now: datetime) -> Town:
    """The town as it was settled, found again in the tables."""
    people = list(Person.objects.filter(is_resident_of_demo=True).order_by("username"))
    six = [each for each in people if each.username in LIVES]
    others = [each for each in people if each.username.startswith("neighbour-")]
    lives = [(habits_of_six(each.username, now), LIVES[each.username].pocket) for each in six]
    lives += [(habits, Pocket()) for habits in neighbours(len(others), now)]
    contacts = _contacts({each.pk for each in (*six, *others)})
    names = [_shop(name) for name, _ in SHOPS]
    return Town(
        people=[
            Someone(each.pk, books.purse(each), habits, contacts.get(each.pk, ()), pocket)
            for each, (habits, pocket) in zip((*six, *others), lives, strict=True)
        ],
        shops=names,
        billers={category: _shop(name) for category, (name, _) in BILLERS.items()},
        employer=_shop(EMPLOYER[0]),
        seed=SEED,
    )


def _contacts(people: set[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    pairs = Tie.objects.filter(ended_at=None).exclude(agreed_at=None).order_by("pk")
    for low, high in pairs.values_list("low_id", "high_id"):
        if low in people and high in people:
            found.setdefault(low, []).append(f"{books.PERSON}{high.hex}")
            found.setdefault(high, []).append(f"{books.PERSON}{low.hex}")
    return {person: tuple(purses) for person, purses in found.items()}


def _move_in(count: int, now: datetime) -> list[Person]:
    names = neighbour_names(count)
    people = [
        Person(
            id=_id(f"neighbour {at}"),
            username=f"neighbour-{at:05}",
            name=names[at],
            password="!",
            tint=at % 8,
            identity_level=_level(at),
            is_resident_of_demo=True,
            joined_at=habits.since,
        )
        for at, habits in enumerate(neighbours(count, now))
    ]
    return Person.objects.bulk_create(people, batch_size=1000)


def _level(at: int) -> IdentityLevel:
    return IdentityLevel.DOCUMENT if at % 3 else IdentityLevel.IN_PERSON


def _open_purses(people: Iterable[Person], since: datetime) -> None:
    at_us = clock.microseconds(since)
    accounts = [Account(books.WORLD, books.WORLD, may_go_negative=True)]
    accounts += [Account(books.purse(each), str(each.pk)) for each in people]
    open_accounts(books.store(), accounts, now_us=at_us)


def _open_shops(owner: Person, since: datetime) -> None:
    shops = [
        Merchant(
            id=_id(name.en),
            owner=owner,
            name_en=name.en,
            name_zh=name.zh,
            city="Chengdu",
            category=category,
            opened_at=since,
        )
        for name, category in (*SHOPS, *BILLERS.values(), EMPLOYER)
    ]
    Merchant.objects.bulk_create(shops)
    accounts = [Account(shop_account(each.pk), str(each.pk)) for each in shops]
    open_accounts(books.store(), accounts, now_us=clock.microseconds(since))


def _tie(six: Mapping[str, Person], people: list[Person], now: datetime) -> None:
    rng = np.random.default_rng([SEED, 85385])
    pairs: dict[tuple[UUID, UUID], Tie] = {}
    everybody, ordinary = range(len(people)), _ordinary(len(people), now)
    wanted = [(six[name], number, ordinary) for name, number in TIES_OF_SIX.items()]
    wanted += [(each, TIES_EACH, everybody) for each in people]
    for person, number, among in wanted:
        for at in rng.choice(among, min(number, len(among)), replace=False):
            other = people[int(at)]
            low, high = sorted((person.pk, other.pk))
            if low != high:
                since = now - timedelta(days=int(rng.integers(90, 500)), hours=int(at) % 24)
                pairs[low, high] = Tie(
                    low_id=low, high_id=high, asked_by=person, asked_at=since, agreed_at=since
                )
    Tie.objects.bulk_create(pairs.values(), batch_size=1000)


def _ordinary(count: int, now: datetime) -> list[int]:
    """Neighbours with a wage who keep their word neither least nor best: half of them.

    The six have friends like most people; who stands out among them does so by what he did.
    """
    habits = neighbours(count, now)
    earning = [at for at in range(count) if habits[at].wage_fen]
    order = sorted(earning, key=lambda at: habits[at].reliability)
    return order[len(order) // 8 : len(order) * 5 // 8]


def _allow(people: Iterable[Person], now: datetime) -> None:
    """Grants of a year each, the older ones over: history could be recorded under them."""
    kinds = {
        recipient: [kind for kind in KINDS if kind.partition(".")[0] in subjects] or ["score"]
        for recipient, _, subjects in ALLOWED
    }
    grants = [
        Grant(
            person=person,
            recipient=recipient,
            purpose=purpose,
            fields=kinds[recipient],
            given_at=start,
            until=start + timedelta(days=GRANT_DAYS),
            wording="demo",
            source="demo",
            end_told=is_over,
        )
        for person in people
        for recipient, purpose, _ in ALLOWED
        for start, is_over in _spans(now)
    ]
    Grant.objects.bulk_create(grants, batch_size=1000)


def _spans(now: datetime) -> Iterator[tuple[datetime, bool]]:
    latest = now - timedelta(days=OPENED_DAYS_AGO - GRANT_DAYS)
    yield latest - timedelta(days=GRANT_DAYS), True
    yield latest, False


def _shop(name: Text) -> str:
    return shop_account(_id(name.en))


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"openzhima/demo/{name}")
