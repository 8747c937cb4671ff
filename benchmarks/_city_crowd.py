"""A city full of people who are scored, written straight into the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

import numpy as np

LIVES = 50
EVENTS_EACH = 20
APP = "bench"
PURPOSES = ("bills", "agreements", "payments")
_KINDS = ("bill.paid", "item.returned", "booking.kept", "payment.made", "income.received")
REPORTED = (
    "bill.missed",
    "booking.missed",
    "complaint.received",
    "item.damaged",
    "obligation.breached",
)
"""What is reported now and is in nobody's past."""
Rows = Iterable[tuple[object, ...]]


def person_of(number: int) -> UUID:
    """The id of the person with a number."""
    return UUID(int=(number + 1) << 64)


def fill(*, people: int, ties: int) -> None:
    """People with a year of evidence, their ties, grants, scores and standings."""
    from django.db import connection

    from zhima.city import clock
    from zhima.city.scoring.policy import ready

    now = clock.now()
    crowd = _Crowd(people, ties, now, ready(now))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for table, columns, rows in crowd.tables():
            _write(cursor, table, columns, rows)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            # A city that has lived, not one that was just loaded: those are chores of an hour ago.
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")


def _write(cursor: object, table: str, columns: str, rows: Rows) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["?"] * (columns.count(",") + 1))
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("BEGIN")
    raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    raw.execute("COMMIT")


class _Crowd:
    def __init__(self, people: int, ties: int, now: object, in_force: object) -> None:
        from zhima.city.scoring import sql

        self._people, self._ties, self._now, self._in_force = people, ties, now, in_force
        self._key, self._stamp = sql.key, sql.stamp
        self._rng = np.random.default_rng(5)
        self._lives = [list(self._life()) for _ in range(LIVES)]

    def tables(self) -> Iterator[tuple[str, str, Rows]]:
        """Each table with its rows."""
        yield "people_person", _PERSON, self._person_rows()
        yield "consent_grant", _GRANT, self._grant_rows()
        yield "scoring_event", _EVENT, self._event_rows()
        low, high = self._pairs()
        yield "people_tie", _TIE, self._tie_rows(low, high)
        own, points, owns = self._scored(low, high)
        yield "scoring_score", _SCORE, self._score_rows(own, points, owns)
        yield "scoring_standing", _STANDING, self._standing_rows(own, points, owns)
        yield "scoring_cursor", "name, value", [("turn", self._micros()), ("ledger", 0)]

    def _micros(self) -> int:
        from zhima.city.clock import microseconds

        return microseconds(self._now)

    def _life(self) -> Iterator[tuple[str, object, int | None, dict[str, int]]]:
        for _ in range(EVENTS_EACH):
            kind = str(self._rng.choice(_KINDS))
            at = self._now - timedelta(seconds=int(self._rng.integers(3600, 360 * 86400)))
            late = int(self._rng.random() < 0.15) * 5
            said = {"days_late": late} if kind in ("bill.paid", "item.returned") else {}
            money = kind in ("bill.paid", "payment.made", "income.received")
            yield kind, at, int(self._rng.integers(1000, 90000)) if money else None, said

    def _person_rows(self) -> Rows:
        at = self._stamp(self._now - timedelta(days=500))
        for number in range(self._people):
            key = self._key(person_of(number))
            yield key, f"p{number}", f"P{number}", "!", False, 1, 0, False, False, True, at

    def _grant_rows(self) -> Rows:
        fields = json.dumps(sorted({*_KINDS, *REPORTED}))
        since = self._stamp(self._now - timedelta(days=100))
        until = self._stamp(self._now + timedelta(days=200))
        wanted = [("score", "score", '["score"]')]
        wanted += [(f"app:{APP}", purpose, fields) for purpose in PURPOSES]
        serial = 0
        for number in range(self._people):
            for recipient, purpose, said in wanted:
                serial += 1
                key, person = self._key(UUID(int=serial)), self._key(person_of(number))
                yield key, person, recipient, purpose, said, since, until, None, "b", "b", False

    def _event_rows(self) -> Rows:
        purpose = {"bill": "bills", "item": "agreements", "booking": "agreements"}
        lives = [
            [
                (kind, self._stamp(at), amount, json.dumps(said), purpose.get(kind[:-5], "x"))
                for kind, at, amount, said in life
            ]
            for life in self._lives
        ]
        named = {kind: purpose.get(kind.partition(".")[0], "payments") for kind in _KINDS}
        for number in range(self._people):
            person = self._key(person_of(number))
            for at, (kind, moment, amount, said, _) in enumerate(lives[number % LIVES]):
                name = f"e{number}-{at}"
                row = (name, person, kind, moment, moment, amount, None, said, APP, named[kind])
                yield row

    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        one = self._rng.integers(0, self._people, self._ties)
        other = self._rng.integers(0, self._people, self._ties)
        low, high = np.minimum(one, other), np.maximum(one, other)
        keys = np.unique((low * self._people + high)[low != high])
        return keys // self._people, keys % self._people

    def _tie_rows(self, low: np.ndarray, high: np.ndarray) -> Rows:
        at = self._stamp(self._now - timedelta(days=300))
        for i, j in zip(low.tolist(), high.tolist(), strict=True):
            a, b = self._key(person_of(i)), self._key(person_of(j))
            yield a, b, a, at, at, None, None

    def _scored(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, list]:
        from zhima.city.clock import microseconds
        from zhima.engine.features.history import Fact, history_of
        from zhima.engine.network import solve

        owns = []
        for life in self._lives:
            facts = [
                Fact(str(at), kind, microseconds(when), microseconds(when), amount, None, said)
                for at, (kind, when, amount, said) in enumerate(life)
            ]
            owns.append(self._in_force.live.own(history_of(facts), as_of=self._now))
        own = np.array([owns[number % LIVES].points for number in range(self._people)], float)
        friends = self._in_force.policy.rulebook.rules.friends
        edges = (low.astype(np.uint32), high.astype(np.uint32), np.ones(len(low)))
        terms = {"weight": friends.weight, "capacity": friends.capacity}
        return own, solve(own, edges, missing=friends.missing.value, **terms), owns

    def _score_rows(self, own: np.ndarray, points: np.ndarray, owns: list) -> Rows:
        from zhima.city.scoring import receipts

        # A receipt without contacts: the scorer never reads those lines of an old one.
        lines = [receipts.stored(each.lines) for each in owns]
        parts = [receipts.factor_points(each.lines).values() for each in owns]
        at, name = self._stamp(self._now), self._in_force.name
        for number, (mine, x) in enumerate(zip(own.tolist(), points.tolist(), strict=True)):
            score, key = 350 + int(x + 0.5), self._key(person_of(number))
            head = (key, 1, score, score - 20, score + 20, "good", int(mine), 0.0)
            yield (*head, *parts[number % LIVES], name, at, "day", lines[number % LIVES])

    def _standing_rows(self, own: np.ndarray, points: np.ndarray, owns: list) -> Rows:
        at, name = self._stamp(self._now), self._in_force.name
        for number, (mine, x) in enumerate(zip(own.tolist(), points.tolist(), strict=True)):
            half = owns[number % LIVES].half_width
            key = self._key(person_of(number))
            yield key, 1, 350 + int(x + 0.5), int(mine), half, x, at, name


_PERSON = (
    "id, username, name, password, is_superuser, identity_level, tint, is_resident_of_demo, "
    "is_staff, is_active, joined_at"
)
_GRANT = (
    "id, person_id, recipient, purpose, fields, given_at, until, revoked_at, wording, source, "
    "end_told"
)
_EVENT = (
    "event_id, person_id, kind, occurred_at, recorded_at, amount_fen, counterparty_id, context, "
    "app, purpose"
)
_TIE = "low_id, high_id, asked_by_id, asked_at, agreed_at, ended_at, ended_by_id"
_SCORE = (
    "person_id, seq, score, low, high, band, own, friends_points, credit_history, agreements, "
    "behaviour, identity, connections, rulebook, as_of, cause, lines"
)
_STANDING = "person_id, seq, score, own, half_width, points, as_of, rulebook"
