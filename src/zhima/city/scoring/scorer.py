"""The scorer: whoever is due is looked at, everybody touched gets a new score, in one transaction.

It says nothing twice and forgets nothing: what is due is taken away in the transaction that
publishes what came of it, and looking again at what was done changes nothing. What it holds in
memory can be made again from the database at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhima.city import clock
from zhima.city.live.signals import announce
from zhima.city.scoring import histories, publishing, receipts, signals, sql, ties
from zhima.city.scoring.admission import Admitted, admitted
from zhima.city.scoring.histories import Evidence, Files
from zhima.city.scoring.lease import Tenant
from zhima.city.scoring.policy import InForce, ready
from zhima.city.scoring.publishing import Known, Sheet
from zhima.city.scoring.society import Society
from zhima.city.scoring.ties import OpenTie
from zhima.engine.score.live import Contact, Own

TOPIC = "score"
DAY, RULEBOOK = "day", "rulebook"
"""Causes that are nobody's doing: time went on, or the rules changed."""
AT_ONCE = 500
STALE_AT_ONCE = 100
"""People looked at because a day began, between two looks at what is due."""

_TAKE = "SELECT id, person_id, other_id, cause FROM scoring_due ORDER BY id LIMIT %s"
_TAKE_OF = "SELECT id, person_id, other_id, cause FROM scoring_due WHERE person_id"
_STALE = """
    SELECT person_id FROM scoring_standing WHERE as_of < %s ORDER BY as_of LIMIT %s
"""
_LAST = "SELECT as_of FROM scoring_score ORDER BY id DESC LIMIT 1"
_LAST_RULEBOOK = "SELECT rulebook FROM scoring_standing ORDER BY as_of DESC LIMIT 1"
_TURN = "SELECT value FROM scoring_cursor WHERE name = 'turn'"
_TURNED = """
    INSERT INTO scoring_cursor (name, value) VALUES ('turn', %s)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(slots=True)
class Task:
    """One thing to look at."""

    person: UUID
    cause: str
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody whose score is new: all of it but her own part, where the batch has not read it."""

    person: UUID
    cause: str
    own: Own | None
    contacts: list[Contact]
    points: float


@dataclass(slots=True)
class Batch:
    """One transaction's work."""

    at: datetime
    society: Society
    in_force: InForce
    sheet: Sheet
    known: dict[UUID, Known]
    evidence: dict[UUID, Evidence]
    admitted: dict[UUID, Admitted]
    suspended: set[str]
    agreed: dict[ties.Pair, datetime]
    """Since when the pairs that are looked at are tied, those that are."""
    levels: dict[UUID, int]
    """Identity levels of those who are new."""
    ties: dict[UUID, list[OpenTie]]
    """And all their ties."""
    tasks: int
    dues: list[int] = field(default_factory=list)
    leaving: list[UUID] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)


class Scorer:
    """Works for as long as its process holds the lease."""

    def __init__(
        self, tenant: Tenant, after_laying_out: Callable[[], object] = lambda: None
    ) -> None:
        self._tenant, self._after_laying_out = tenant, after_laying_out
        self._society: Society | None = None
        self._files = Files()
        self._latest = clock.moment(0)

    def work(self) -> int:
        """One batch: what is due, then a few of those whose day is over; how many were looked at.

        Everything is worked out before the transaction that writes begins, so that others who
        write wait for the writing alone. What changes meanwhile is due itself. Raises LeaseLost
        when another process scores. After any error memory is made afresh.
        """
        try:
            batch = self._worked_out()
            with transaction.atomic():
                self._tenant.prove()
                if batch is not None:
                    _write(batch)
            return 0 if batch is None else batch.tasks
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Trust nothing in memory."""
        self._society = None
        self._files.forget()

    def _worked_out(self) -> Batch | None:
        at = self._now()
        in_force = ready(at)
        society = self._society_of(at, in_force)
        rows = _due()
        tasks = [
            Task(sql.person(person), cause, sql.person(other) if other else None)
            for _, person, other, cause in rows
        ]
        looked_at = {task.person for task in tasks}
        tasks += [task for task in _stale(society) if task.person not in looked_at]
        if not tasks:
            return None
        batch = self._begin(tasks, at, society, in_force)
        batch.dues = [row[0] for row in rows]
        for task in _merged(tasks):
            _do(batch, task)
        _put_on_the_sheet(batch)
        return batch

    def _begin(self, tasks: list[Task], at: datetime, society: Society, in_force: InForce) -> Batch:
        people = {task.person for task in tasks} | {task.other for task in tasks if task.other}
        looked_at = {task.person for task in tasks if not task.other}
        new = [person for person in looked_at if person not in society.place]
        return Batch(
            at=at,
            society=society,
            in_force=in_force,
            sheet=Sheet(in_force.policy.rulebook.rules, in_force.name, at=at),
            known=publishing.known_of(people),
            evidence=self._files.of(looked_at, news=[task.cause for task in tasks]),
            admitted=admitted(people, at=at),
            suspended=histories.suspended(),
            agreed=ties.open_between({(task.person, task.other) for task in tasks if task.other}),
            levels=ties.levels_of(new),
            ties=_by_person(ties.open_ties_of(new)),
            tasks=len(tasks),
        )

    def _now(self) -> datetime:
        """Never before what was scored last, here or elsewhere, whatever the clock says."""
        if self._society is None:
            # Whoever scored before this process, or between its turns, may have had a later clock.
            self._latest = max(self._latest, _last_scored() or self._latest)
        self._latest = max(clock.now(), self._latest, turned_at() or self._latest)
        return self._latest

    def _society_of(self, at: datetime, in_force: InForce) -> Society:
        """Of this day under the rulebook in force; laid afresh when either is new."""
        known, begins = self._society, turned_at()
        day = timezone.localdate
        if begins is None or day(at) > day(begins) or _rules_differ(known, in_force):
            begins = at
            sql.do(_TURNED, (clock.microseconds(at),))
        if known is None or known.turned_at != begins:
            friends = in_force.policy.rulebook.rules.friends
            known = self._society = Society(friends, turned_at=begins, rulebook=in_force.name)
            self._after_laying_out()
        return known


def _rules_differ(known: Society | None, in_force: InForce) -> bool:
    """Whether the last scores were made under other rules than those in force."""
    if known is not None:
        return known.rulebook != in_force.name
    rows = sql.ask(_LAST_RULEBOOK)
    return bool(rows) and rows[0][0] != in_force.name


def turned_at() -> datetime | None:
    """When the network's day began; None before the first."""
    rows = sql.ask(_TURN)
    return clock.moment(rows[0][0]) if rows else None


def _last_scored() -> datetime | None:
    """As of when the last score was published; None before the first."""
    rows = sql.ask(_LAST)
    return sql.moment(rows[0][0]) if rows else None


def _due() -> list[sql.Row]:
    """The next looks, in order; under a backlog with all later ones of the same people."""
    rows = sql.ask(_TAKE, (AT_ONCE,))
    if len(rows) < AT_ONCE:
        return rows
    found = sql.among(_TAKE_OF, {person for _, person, _, _ in rows})
    return sorted({*rows, *found}, key=lambda row: row[0])


def _stale(society: Society) -> list[Task]:
    rows = sql.ask(_STALE, (sql.stamp(society.turned_at), STALE_AT_ONCE))
    return [Task(sql.person(person), DAY) for (person,) in rows]


def _do(batch: Batch, task: Task) -> None:
    society = batch.society
    if task.other is not None:
        pair = (task.person, task.other)
        _publish(batch, society.bring(*pair, batch.agreed.get(pair)), task.cause)
    elif batch.admitted[task.person].to_score:
        _look_at(batch, task)
    else:
        # Whoever left before the first look has evidence and no place.
        batch.leaving.append(task.person)
        batch.evidence.pop(task.person, None)
        if task.person in society.place:
            _publish(batch, society.dismiss(task.person), task.cause)


def _look_at(batch: Batch, task: Task) -> None:
    person, society, rulebook = task.person, batch.society, batch.in_force.name
    own, as_of = _own(batch, person)
    before = batch.known.get(person)
    if before is None:
        batch.known[person] = Known(0, None, own, 0.0, as_of, rulebook)
        _publish(batch, _admit(batch, person, own.points), task.cause)
        return
    cause = RULEBOOK if task.cause == DAY and before.rulebook != rulebook else task.cause
    same = before.rulebook == rulebook and receipts.looks_the_same(before.own, own)
    touched = society.set_own(person, own.points) if own.points != before.own.points else []
    before.own, before.as_of, before.rulebook = own, as_of, rulebook
    batch.sheet.stand(person, before)
    place = society.place[person]
    if not same or society.has_moved(place):
        touched = [place, *(each for each in touched if each != place)]
    _publish(batch, touched, cause)


def _own(batch: Batch, person: UUID) -> tuple[Own, object]:
    """Own points now, and as of when: after whatever is on file, whatever the clock says."""
    evidence = batch.evidence.get(person) or Evidence()
    as_of = max(batch.at, clock.moment(evidence.known_us + 1))
    history = evidence.history(batch.admitted[person], batch.suspended)
    return batch.in_force.live.own(history, as_of=as_of), sql.stamp(as_of)


def _by_person(open_ties: Iterable[OpenTie]) -> dict[UUID, list[OpenTie]]:
    found: dict[UUID, list[OpenTie]] = defaultdict(list)
    for tie in open_ties:
        found[tie.low].append(tie)
        found[tie.high].append(tie)
    return found


def _admit(batch: Batch, person: UUID, own: int) -> list[int]:
    """Let somebody in with her ties; her place, then those whose published score that changes."""
    society = batch.society
    society.admit(person, own, level=batch.levels[person])
    touched = [society.place[person]]
    for tie in batch.ties.get(person, ()):
        touched += society.bring(*tie)
    return list(dict.fromkeys(touched))


def _publish(batch: Batch, places: Iterable[int], cause: str) -> None:
    """Keep what the network says now; the receipts are made when everybody's own part is read."""
    society = batch.society
    for place in places:
        person = society.people[place]
        known = batch.known.get(person)
        contacts, points = society.contacts_of(place)
        own = known.own if known else None
        batch.touched.append(Touched(person, cause, own, contacts, points))
        society.note(place, points=points)


def _put_on_the_sheet(batch: Batch) -> None:
    unknown = {each.person for each in batch.touched if each.person not in batch.known}
    batch.known.update(publishing.known_of(unknown))
    for each in batch.touched:
        known = batch.known[each.person]
        own = each.own or known.own
        made = batch.in_force.live.with_contacts(own, each.contacts, points=each.points)
        batch.sheet.publish(
            each.person, known, made, own=own.points, points=each.points, cause=each.cause
        )


def _write(batch: Batch) -> None:
    batch.sheet.write()
    publishing.erase(batch.leaving)
    sql.drop_many("scoring_due", "id", batch.dues)
    moves = batch.sheet.moves
    if moves:
        announce({move.person for move in moves}, TOPIC)
        told = [(move.person, move.old, move.new, move.cause) for move in moves]
        transaction.on_commit(lambda: signals.published.send(sender=Scorer, moves=told))


def _merged(tasks: list[Task]) -> Iterable[Task]:
    """One look at each person and pair, for its last cause, in the order of their first."""
    last: dict[tuple[UUID, UUID | None], Task] = {}
    for task in tasks:
        last[task.person, task.other] = task
    return last.values()
