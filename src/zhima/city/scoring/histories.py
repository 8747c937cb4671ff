"""People's evidence as the engine's histories: one query for many, what counts and nothing else."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from zhima.city.scoring import sql
from zhima.city.scoring.admission import STRIKES, Admitted, needs_grant
from zhima.engine.features.history import Fact, History, history_of

MOST_FACTS_KEPT = 2_000_000
"""Of people looked at lately; some hundred bytes each."""
_SUSPENDED = "SELECT event_id FROM scoring_suspension WHERE until IS NULL"


class Evidence:
    """All that is on file about somebody, and who reported it."""

    __slots__ = ("facts", "ids", "known_us", "reporters")

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.ids: set[str] = set()
        self.known_us = 0
        """When the newest became known."""
        self.reporters: list[tuple[str, str]] = []
        """(app, purpose) of each."""

    def add(self, row: sql.Row) -> None:
        """One row of `_rows`."""
        _, event_id, kind, occurred_us, recorded_us, amount_fen, other, context, *reporter = row
        known_us = max(occurred_us, recorded_us)
        said = context_of(context)
        self.ids.add(event_id)
        self.facts.append(Fact(event_id, kind, occurred_us, known_us, amount_fen, other, said))
        self.reporters.append(tuple(reporter))
        self.known_us = max(self.known_us, known_us)

    def imagine(self, facts: Iterable[Fact]) -> None:
        """Add what has not happened; it needs nobody's grant."""
        for fact in facts:
            self.facts.append(fact)
            self.reporters.append((STRIKES, ""))

    def history(self, admitted: Admitted, suspended: Collection[str]) -> History:
        """What counts now: granted and not contested. Strikes need no grant."""
        return history_of(
            [
                fact
                for fact, (app, purpose) in zip(self.facts, self.reporters, strict=True)
                if (not needs_grant(app) or admitted.counts(app, purpose, fact.kind))
                and fact.event_id not in suspended
            ]
        )


class Fresh(NamedTuple):
    """Rows of `_rows` that the files do not hold yet."""

    people: Collection[UUID]
    """Those of whom everything was read."""
    whole: list[sql.Row]
    news: list[sql.Row]
    """Of others, and perhaps some that the files hold."""


def evidence_of(people: Iterable[UUID]) -> dict[UUID, Evidence]:
    """What is on file about each of them."""
    wanted = list(people)
    return _sorted_out(wanted, _rows("person_id", [sql.key(person) for person in wanted]))


def read(unknown: Collection[UUID], *, news: Collection[str]) -> Fresh:
    """All that is on file about the unknown; `news` names all events since the last look, or more.

    Changes nothing, so that it may be called in another thread.
    """
    whole = _rows("person_id", [sql.key(person) for person in unknown])
    return Fresh(unknown, whole, _rows("event_id", set(news)))


def _sorted_out(people: Iterable[UUID], rows: Iterable[sql.Row]) -> dict[UUID, Evidence]:
    found: dict[UUID, Evidence] = defaultdict(Evidence)
    person_of = {sql.key(person): person for person in people}
    for row in rows:
        found[person_of[row[0]]].add(row)
    return found


class Files:
    """Evidence of people looked at lately, so that a look reads what is new and nothing else."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Evidence] = OrderedDict()
        self._facts = 0

    def forget(self) -> None:
        """Read everything again."""
        self._known.clear()
        self._facts = 0

    def drop(self, people: Iterable[UUID]) -> None:
        """Read the evidence of these again: what was on file is erased."""
        for person in people:
            mine = self._known.pop(person, None)
            self._facts -= len(mine.facts) if mine else 0

    def unknown(self, people: Iterable[UUID]) -> list[UUID]:
        """Those whose evidence has to be read."""
        return [person for person in people if person not in self._known]

    def of(self, people: Collection[UUID], fresh: Fresh) -> dict[UUID, Evidence]:
        """What is on file about each, with what was read since."""
        found = {person: self._known.pop(person) for person in people if person in self._known}
        self._facts -= sum(len(mine.facts) for mine in found.values())
        found |= _sorted_out(fresh.people, fresh.whole)
        person_of = {sql.key(person): person for person in found}
        for row in fresh.news:
            person = person_of.get(row[0])
            if person is not None and row[1] not in found[person].ids:
                found[person].add(row)
        self._keep(found)
        return found

    def _keep(self, found: dict[UUID, Evidence]) -> None:
        self._known.update(found)
        self._facts += sum(len(mine.facts) for mine in found.values())
        while self._facts > MOST_FACTS_KEPT:
            _, oldest = self._known.popitem(last=False)
            self._facts -= len(oldest.facts)


def suspended() -> set[str]:
    """Items that are contested and left out meanwhile."""
    return {event_id for (event_id,) in sql.ask(_SUSPENDED)}


def context_of(value: Any) -> dict[str, Any]:
    """The fields of an event's context, however the database gives it; not to be changed."""
    return _parsed(value) if isinstance(value, str) else value or {}


@lru_cache(maxsize=10_000)
def _parsed(text: str) -> dict[str, Any]:
    return json.loads(text)


def _rows(column: str, members: Iterable[object]) -> list[sql.Row]:
    """Events whose `column` is one of `members`, in the order of recording."""
    select = (
        f"SELECT person_id, event_id, kind, {sql.micros('occurred_at')}, "
        f"{sql.micros('recorded_at')}, amount_fen, counterparty_id, context, app, purpose "
        f"FROM scoring_event WHERE {column}"
    )
    return sql.among(select, members, rest="ORDER BY seq")
