"""What a batch has to know, read before anything is worked out.

A note is written together with what it is about. So whatever is read after the notes holds what
they tell of, and what changes after that has a note of its own: a brief may be read while the batch
before it is still being worked out (`Ahead`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from zhima.city.scoring import histories, publishing, sql, ties
from zhima.city.scoring.admission import Admitted, admitted
from zhima.city.scoring.histories import Files, Fresh
from zhima.city.scoring.publishing import Known, Memory
from zhima.city.scoring.ties import OpenTie

DAY = "day"
AT_ONCE = 500

_TAKE = "SELECT id, person_id, other_id, cause FROM scoring_due ORDER BY id LIMIT %s"
_TAKE_OF = "SELECT id, person_id, other_id, cause FROM scoring_due WHERE person_id"


@dataclass(slots=True)
class Task:
    """One thing to look at."""

    person: UUID
    cause: str
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Minds:
    """What the scorer holds in memory and need not read again."""

    files: Files
    memory: Memory
    placed: Container[UUID]
    """Those who have a place in the network."""


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a batch needs and the scorer does not know yet, as of a moment or a little later."""

    at: datetime
    dues: list[int]
    """Notes that it answers."""
    tasks: list[Task]
    is_full: bool
    """Whether more may be due."""
    known: dict[UUID, Known | None]
    """Of everybody who was asked about; None without a score."""
    fresh: Fresh
    admitted: dict[UUID, Admitted]
    suspended: set[str]
    agreed: dict[ties.Pair, datetime]
    """Since when the pairs that are looked at are tied, those that are."""
    levels: dict[UUID, int]
    """Identity levels of those who are new."""
    ties: Sequence[OpenTie]
    """And all their ties."""

    @property
    def looked_at(self) -> set[UUID]:
        """Whose evidence is looked at."""
        return {task.person for task in self.tasks if not task.other}

    @property
    def people(self) -> set[UUID]:
        """Everybody it names."""
        others = {task.other for task in self.tasks if task.other}
        return {task.person for task in self.tasks} | others

    def forget(self, people: Iterable[UUID]) -> None:
        """What was read of these is no longer so."""
        for person in people:
            self.known.pop(person, None)


def read(at: datetime, minds: Minds, *, stale: Sequence[UUID], but: Collection[int] = ()) -> Brief:
    """The next looks, but for the notes `but`, and those of `stale` people."""
    rows = _due(but)
    tasks = [
        Task(sql.person(person), cause, sql.person(other) if other else None)
        for _, person, other, cause in rows
    ]
    due = {task.person for task in tasks}
    tasks += [Task(person, DAY) for person in stale if person not in due]
    people = {task.person for task in tasks} | {task.other for task in tasks if task.other}
    looked_at = {task.person for task in tasks if not task.other}
    new = [person for person in looked_at if person not in minds.placed]
    unknown = minds.memory.unknown(people)
    stored = publishing.known_of(unknown)
    return Brief(
        at=at,
        dues=[row[0] for row in rows],
        tasks=tasks,
        is_full=len(rows) >= AT_ONCE,
        known={person: stored.get(person) for person in unknown},
        fresh=histories.read(minds.files.unknown(looked_at), news=[task.cause for task in tasks]),
        admitted=admitted(people, at=at),
        suspended=histories.suspended() if looked_at else set(),
        agreed=ties.open_between({(task.person, task.other) for task in tasks if task.other}),
        levels=ties.levels_of(new),
        ties=ties.open_ties_of(new),
    )


def _due(but: Collection[int]) -> list[sql.Row]:
    """The next looks, in order; under a backlog with all later ones of the same people."""
    rows = [row for row in sql.ask(_TAKE, (AT_ONCE + len(but),)) if row[0] not in but]
    if len(rows) < AT_ONCE:
        return rows
    found = sql.among(_TAKE_OF, {person for _, person, _, _ in rows})
    return sorted({*rows, *(row for row in found if row[0] not in but)}, key=lambda row: row[0])


class Ahead:
    """Reads the next brief in a thread of its own, over a connection of its own."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._next: Future[Brief] | None = None
        self._process = 0
        self._outdated: Collection[UUID] = ()

    def begin(
        self, at: datetime, minds: Minds, *, stale: Sequence[UUID], but: Collection[int]
    ) -> None:
        """Read what comes after the notes `but`; not from within somebody's transaction."""
        if connection.in_atomic_block:
            # Another connection would not see what is not committed.
            return
        if self._pool is None:
            self._pool, self._process = ThreadPoolExecutor(1, "ahead"), os.getpid()
        self._outdated = ()
        self._next = self._pool.submit(read, at, minds, stale=stale, but=but)

    def take(self) -> Brief | None:
        """What was read; None when nothing was begun. Raises what went wrong with it."""
        begun, self._next = self._next, None
        if begun is None:
            return None
        brief = begun.result()
        brief.forget(self._outdated)
        return brief

    def correct(self, changed: Collection[UUID], *, leaving: Collection[UUID]) -> None:
        """What was begun may have been read before these people's scores were written."""
        self._outdated = changed
        if leaving:
            # Of them evidence is gone as well: all is read again.
            self._next = None

    def drop(self) -> None:
        """Throw away what was begun and end the connection."""
        pool, self._pool, self._next = self._pool, None, None
        # A thread does not live on in a process that was forked.
        if pool is not None and self._process == os.getpid():
            pool.submit(_hang_up)
            pool.shutdown()


def _hang_up() -> None:
    """End the connection of the thread that does this."""
    connection.close()
