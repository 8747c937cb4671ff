"""Telling people's open pages that something changed.

The machine's clock: hints are about the seconds that transactions take, however time is stepped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from zhima.city.live.hub import Hint, hub
from zhima.city.live.models import Signal

OVERLAP = timedelta(seconds=5)
"""Transactions commit out of order: each look goes back so far, and skips what it gave before."""
KEPT_FOR = timedelta(minutes=10)

_INSERT = "INSERT INTO live_signal (person_id, topic, at) VALUES"
_AT_ONCE = 5_000
"""SQLite takes at most 32,766 values in a statement."""


def announce(people: Iterable[UUID], topic: str) -> None:
    """Signal `topic` to everybody named, once the current transaction is committed.

    Topics are words of pages: `contacts`, `chats`, `chat-<conversation>`.
    """
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    keep_id = Signal._meta.get_field("person_id").get_db_prep_value
    rows = [(keep_id(person, connection), topic, at) for person in people]
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        marks = ", ".join(["(%s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            # One statement for all: what a big fall reaches are hundreds of screens.
            cursor.execute(f"{_INSERT} {marks}", [value for row in part for value in row])
    transaction.on_commit(hub.ring)


def forget_old_signals() -> int:
    """Throw away hints that no screen waits for; how many there were."""
    deleted, _ = Signal.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted


class NewSignals:
    """Signals of the last seconds that were not given before."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def __call__(self) -> Iterator[Hint]:
        """The hints."""
        recent = Signal.objects.filter(at__gte=timezone.now() - OVERLAP).order_by("id")
        rows = list(recent.values_list("id", "person_id", "topic"))
        given, self._given = self._given, {number for number, _, _ in rows}
        return ((person, topic) for number, person, topic in rows if number not in given)
