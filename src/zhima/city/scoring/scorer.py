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
from zhima.city.scoring import briefing, publishing, receipts, signals, sql
from zhima.city.scoring.briefing import DAY, Ahead, Brief, Minds, Task
from zhima.city.scoring.histories import Evidence, Files
from zhima.city.scoring.lease import Tenant
from zhima.city.scoring.policy import InForce, ready
from zhima.city.scoring.publishing import Known, Memory, Sheet
from zhima.city.scoring.receipts import Printed
from zhima.city.scoring.society import Society
from zhima.city.scoring.ties import OpenTie
from zhima.engine.score.live import Contact, Own

TOPIC = "score"
RULEBOOK, REBUILD = "rulebook", "rebuild"
"""Causes that are nobody's doing, as `DAY` is: rules changed, a check found a difference."""
STALE_AT_ONCE = 100
"""People looked at because a day began, between two looks at what is due."""

_LAST = "SELECT as_of FROM scoring_score ORDER BY id DESC LIMIT 1"
_LAST_RULEBOOK = "SELECT rulebook FROM scoring_standing ORDER BY as_of DESC LIMIT 1"
_TURN = "SELECT value FROM scoring_cursor WHERE name = 'turn'"
_TURNED = """
    INSERT INTO scoring_cursor (name, value) VALUES ('turn', %s)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody whose score is new: all of it but her own part, where the batch has not read it."""

    person: UUID
    cause: str
    own: Printed | None
    contacts: list[Contact]
    points: float


@dataclass(slots=True)
class Batch:
    """One transaction's work."""

    brief: Brief
    society: Society
    in_force: InForce
    sheet: Sheet
    known: dict[UUID, Known]
    evidence: dict[UUID, Evidence]
    ties: dict[UUID, list[OpenTie]]
    """Of those who are new."""
    leaving: list[UUID] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)


class Scorer:
    """Works for as long as its process holds the lease."""

    def __init__(
        self, tenant: Tenant, after_laying_out: Callable[[], object] = lambda: None
    ) -> None:
        self._tenant, self._after_laying_out = tenant, after_laying_out
        self._society: Society | None = None
        self._files, self._memory, self._ahead = Files(), Memory(), Ahead()
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
                # A batch that a crash undoes leaves its notes: it is worked out again.
                sql.commit_soon()
                self._tenant.prove()
                if batch is not None:
                    _write(batch)
            return 0 if batch is None else self._learnt(batch)
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Trust nothing in memory."""
        self._society = None
        self._files.forget()
        self._memory.forget()
        self._ahead.drop()

    def _worked_out(self) -> Batch | None:
        brief = self._ahead.take()
        at = brief.at if brief else self._now()
        in_force = ready(at)
        society = self._society_of(at, in_force)
        minds = Minds(self._files, self._memory, society.place)
        if brief is None:
            brief = briefing.read(at, minds, stale=society.stale(STALE_AT_ONCE))
        if not brief.tasks:
            return None
        batch = self._begin(brief, society, in_force)
        if brief.is_full:
            stale = society.stale(STALE_AT_ONCE, but=brief.looked_at)
            self._ahead.begin(self._now(), minds, stale=stale, but=frozenset(brief.dues))
        for task in _merged(brief.tasks):
            _do(batch, task)
        _put_on_the_sheet(batch, self._memory)
        return batch

    def _begin(self, brief: Brief, society: Society, in_force: InForce) -> Batch:
        in_doubt = [task.person for task in brief.tasks if task.cause == REBUILD]
        self._memory.distrust(in_doubt)
        brief.forget(in_doubt)
        return Batch(
            brief=brief,
            society=society,
            in_force=in_force,
            sheet=Sheet(in_force.policy.rulebook.rules, in_force.name, at=brief.at),
            known=self._memory.of(brief.people, read=brief.known),
            evidence=self._files.of(brief.looked_at, brief.fresh),
            ties=_by_person(brief.ties),
        )

    def _learnt(self, batch: Batch) -> int:
        """What is stored now is known; how many were looked at."""
        self._memory.keep(batch.known)
        self._memory.distrust(batch.leaving)
        self._files.drop(batch.leaving)
        self._ahead.correct(batch.known.keys(), leaving=batch.leaving)
        return len(batch.brief.tasks)

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


def _do(batch: Batch, task: Task) -> None:
    society = batch.society
    if task.other is not None:
        pair = (task.person, task.other)
        _publish(batch, society.bring(*pair, batch.brief.agreed.get(pair)), task.cause)
    elif batch.brief.admitted[task.person].to_score:
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
    society.is_of_today(person)
    before = batch.known.get(person)
    if before is None:
        batch.known[person] = Known(0, None, receipts.printed(own), 0.0, as_of, rulebook)
        _publish(batch, _admit(batch, person, own.points), task.cause)
        return
    cause = RULEBOOK if task.cause == DAY and before.rulebook != rulebook else task.cause
    same = before.rulebook == rulebook and receipts.looks_the_same(before.own, own)
    touched = society.set_own(person, own.points) if own.points != before.own.points else []
    before.as_of, before.rulebook = as_of, rulebook
    batch.sheet.stand(person, before)
    place = society.place[person]
    if not same or society.has_moved(place):
        # Otherwise the receipt in force is the measure of what comes next, however small the steps.
        before.own = receipts.printed(own)
        touched = [place, *(each for each in touched if each != place)]
    _publish(batch, touched, cause)


def _own(batch: Batch, person: UUID) -> tuple[Own, object]:
    """Own points now, and as of when: after whatever is on file, whatever the clock says."""
    evidence = batch.evidence.get(person) or Evidence()
    as_of = max(batch.brief.at, clock.moment(evidence.known_us + 1))
    history = evidence.history(batch.brief.admitted[person], batch.brief.suspended)
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
    society.admit(person, own, level=batch.brief.levels[person])
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


def _put_on_the_sheet(batch: Batch, memory: Memory) -> None:
    unknown = {each.person for each in batch.touched if each.person not in batch.known}
    batch.known.update(memory.of(unknown))
    for each in batch.touched:
        known = batch.known[each.person]
        own = each.own or known.own
        made = batch.in_force.live.friends_part(
            own.points, own.half_width, each.contacts, points=each.points
        )
        batch.sheet.publish(each.person, known, own, made, points=each.points, cause=each.cause)


def _write(batch: Batch) -> None:
    batch.sheet.write()
    publishing.erase(batch.leaving)
    sql.drop_many("scoring_due", "id", batch.brief.dues)
    moves = batch.sheet.moves
    if moves:
        announce({move.person for move in moves}, TOPIC)
        told = [(move.person, move.old, move.new, move.cause) for move in moves]
        signals.published.send(sender=Scorer, moves=told)


def _merged(tasks: list[Task]) -> Iterable[Task]:
    """One look at each person and pair, for its last cause, in the order of their first."""
    last: dict[tuple[UUID, UUID | None], Task] = {}
    for task in tasks:
        last[task.person, task.other] = task
    return last.values()
