"""G2, the fear: one society, seen by what it lets be seen and seen whole.

The same people live the same year in each world. In the opt-in world each decides whether to have
a score and for what evidence may be used, cash stays unseen, and no court list counts. In the
"2020" world everybody is scored on everything, cash is gone, the courts' lists count, and whoever
is on one is shut out at every door. Between the two stands the opt-in world under the rulebook of
the other, so that what the rules do and what coverage does can be told apart. The real engine
scores all of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as parquet

from zhima.engine.doors.compare import band_of, opened
from zhima.engine.events.table import EVENTS
from zhima.engine.score.compose import Scored
from zhima.engine.score.fit import load_policy
from zhima.engine.score.population import score_population
from zhima.lab.habits import Act, Habits, lived

AS_OF = date(2026, 6, 1)
YEAR = timedelta(days=365)
SHOPS = 40
FRIENDS = 8
"""Ties that each person proposes; most are mutual with somebody near in reliability."""
LISTED_FROM_BREACHES = 5
"""Unpaid bills and broken things in a year from which a court would list somebody."""
PURPOSE_OF = {"income": "payments", "payment": "payments", "transfer": "payments",
              "bill": "bills", "item": "agreements", "booking": "agreements"}  # fmt: skip
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """What is seen, of whom, and what follows."""

    name: str
    rulebook: str
    joins: float
    """Share of people who want a score."""
    grants: float
    """Share of purposes for which those let evidence be used."""
    cash: float
    """Share of purchases that nobody can see."""
    court_lists: bool
    one_list: bool
    """Whether whoever a court lists is shut out at every door."""


OPT_IN = World("opt-in", "open", joins=0.6, grants=0.7, cash=0.3, court_lists=False, one_list=False)
OLD_RULES = replace(OPT_IN, name="opt-in, 2018 rules", rulebook="zhima-2018")
FULL = World("2020", "zhima-2018", joins=1, grants=1, cash=0, court_lists=True, one_list=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a world came out."""

    world: str
    rulebook: str
    people: int
    scored: int
    items_a_person: float
    """Items of evidence held about each person of the society, scored or not."""
    listed: int
    mean_score: float
    bands: dict[str, int]
    shut_out: int
    """People whom no door lets in without a deposit or a person's word."""
    pulled_down: int
    """People whom their friends cost ten points or more."""
    worst_pull: float
    """The most points that friends take from one person."""


@dataclass(frozen=True, slots=True)
class Society:
    """Who lives here, what they did, who knows whom."""

    people: tuple[str, ...]
    acts: tuple[Act, ...]
    ties: tuple[tuple[int, int], ...]
    seed: int


def settle(*, people: int, seed: int) -> Society:
    """A society of so many people and its year; the same for the same seed."""
    rng = np.random.default_rng([seed, 2020])
    reliability = np.clip(rng.beta(6, 1.2, people), 0.05, 1)
    habits = [Habits(reliability=float(each)) for each in reliability]
    before = _midnight(AS_OF)
    acts = lived(habits, since=before - YEAR, before=before, shops=SHOPS, seed=seed)
    width = len(str(people))
    names = tuple(f"p{number:0{width}d}" for number in range(people))
    return Society(names, tuple(acts), tuple(_ties(reliability, rng)), seed)


def play(society: Society, world: World, *, folder: Path) -> Outcome:
    """Let a world see what it sees and score it; `folder` holds the tables meanwhile."""
    # The same for every world: who would join where joining is a choice, and what stays cash.
    rng = np.random.default_rng([society.seed, 1])
    joined = rng.random(len(society.people)) < world.joins
    listed = _listed(society)
    table = _events(society, world, joined, listed, rng)
    ties = folder / "ties.parquet"
    parquet.write_table(_tie_table(society, joined), ties)
    policy = load_policy(world.rulebook, as_of=AS_OF, court_lists=world.court_lists)
    scored, _ = score_population(events=table, ties=ties, policy=policy, as_of=_midnight(AS_OF))
    return _outcome(society, world, scored, table.num_rows, listed)


def _outcome(society: Society, world: World, scored: Scored, items: int, listed: Flags) -> Outcome:
    number = {name: at for at, name in enumerate(society.people)}
    on_list = np.array([listed[number[name]] for name in scored.people.to_pylist()])
    doors = [door.id for door in scored.rulebook.rules.doors]
    let_in = np.any([opened(scored.rulebook, door, scored.score) for door in doors], axis=0)
    if world.one_list:
        let_in &= ~on_list
    friends = scored.friends_milli / 1000
    return Outcome(
        world=world.name,
        rulebook=scored.rulebook.name,
        people=len(society.people),
        scored=len(scored.score),
        items_a_person=round(items / len(society.people), 1),
        listed=int(listed.sum()) if world.court_lists else 0,
        mean_score=round(float(scored.score.mean()), 1),
        bands=dict(Counter(band_of(scored).tolist())),
        shut_out=int((~let_in).sum()),
        pulled_down=int((friends <= -10).sum()),
        worst_pull=round(float(friends.min(initial=0)), 1),
    )


def _listed(society: Society) -> Flags:
    broken = Counter(act.person for act in society.acts if act.kind in _BREACHES)
    return np.array([broken[each] >= LISTED_FROM_BREACHES for each in range(len(society.people))])


_BREACHES = {"bill.missed", "item.damaged"}


def _events(
    society: Society, world: World, joined: Flags, listed: Flags, rng: np.random.Generator
) -> pa.Table:
    purposes = sorted(set(PURPOSE_OF.values()))
    granted = rng.random((len(society.people), len(purposes))) < world.grants
    unseen = rng.random(len(society.acts)) < world.cash
    rows = [
        _row(society, number, act)
        for number, act in enumerate(society.acts)
        if joined[act.person]
        and granted[act.person, purposes.index(PURPOSE_OF[act.kind.partition(".")[0]])]
        and not (act.kind == "payment.made" and unseen[number])
    ]
    rows += [_opened(society, each) for each in np.flatnonzero(joined)]
    if world.court_lists:
        rows += [_listing(society, each) for each in np.flatnonzero(listed & joined)]
    return pa.Table.from_pylist(rows, schema=EVENTS)


def _row(society: Society, number: int, act: Act) -> dict[str, object]:
    return _event(
        f"act-{number}",
        society.people[act.person],
        act.kind,
        act.at,
        amount_fen=act.amount_fen or None,
        counterparty_id=f"shop-{act.other}" if act.kind == "payment.made" else None,
        **({"days_late": act.days_late} if act.kind in {"bill.paid", "item.returned"} else {}),
    )


def _opened(society: Society, person: int) -> dict[str, object]:
    name, since = society.people[person], _midnight(AS_OF) - YEAR
    return _event(f"opened-{name}", name, "account.opened", since)


def _listing(society: Society, person: int) -> dict[str, object]:
    name, at = society.people[person], _midnight(AS_OF) - timedelta(days=30)
    return _event(f"listed-{name}", name, "court.listed", at, agency="court")


def _event(
    event_id: str, person: str, kind: str, at: datetime, *, amount_fen: int | None = None,
    counterparty_id: str | None = None, **context: object,
) -> dict[str, object]:  # fmt: skip
    return {
        "event_id": event_id,
        "person_id": person,
        "kind": kind,
        "occurred_at": at,
        "recorded_at": at,
        "amount_fen": amount_fen,
        "counterparty_id": counterparty_id,
        "context": json.dumps(context) if context else None,
    }


def _ties(
    reliability: npt.NDArray[np.float64], rng: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Friends resemble each other a little, as people do; each pair once."""
    near = np.argsort(reliability + rng.normal(0, 0.15, len(reliability)))
    pairs = {
        tuple(sorted((int(near[at]), int(near[(at + step) % len(near)]))))
        for at in range(len(near))
        for step in range(1, FRIENDS // 2 + 1)
    }
    yield from sorted((low, high) for low, high in pairs if low != high)


def _tie_table(society: Society, joined: Flags) -> pa.Table:
    since = _midnight(AS_OF) - YEAR
    both = [(a, b) for a, b in society.ties if joined[a] and joined[b]]
    rows = [
        {"person_id": society.people[one], "contact_id": society.people[other],
         "strength": 0.8, "since": since, "until": None}
        for pair in both for one, other in (pair, pair[::-1])
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TIES)


TIES = pa.schema(
    [
        ("person_id", pa.string()),
        ("contact_id", pa.string()),
        ("strength", pa.float64()),
        ("since", pa.timestamp("us", "UTC")),
        ("until", pa.timestamp("us", "UTC")),
    ]
)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


WORLDS: Sequence[World] = (OPT_IN, OLD_RULES, FULL)
