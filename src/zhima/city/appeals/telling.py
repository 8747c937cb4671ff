"""Everybody who read a score that a wrong item had touched is told that it was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from zhima.city import clock
from zhima.city.appeals.models import Case, Notice
from zhima.city.appeals.signals import reader_told
from zhima.city.disclosure.aftermath import Read, reads_of
from zhima.city.live.signals import announce


def tell_readers(case: Case, *, people: Iterable[UUID], since: datetime) -> list[Notice]:
    """One notice a reader and person; shops, apps and partners get a webhook besides.

    Sealed readings are told too: the notice is theirs, and the person sees it when the seal opens.
    """
    return _tell(case, reads_of(people, since=since, until=clock.now()))


def tell_reader(case: Case, reading: Read) -> list[Notice]:
    """Whoever read what should not have been read is told to forget it."""
    return _tell(case, [reading])


def _tell(case: Case, readings: Iterable[Read]) -> list[Notice]:
    now = clock.now()
    notices = []
    for reading in readings:
        notice, fresh = Notice.objects.get_or_create(
            case=case,
            person_id=reading.person_id,
            reader_kind=reading.reader.kind,
            reader_id=reading.reader.id,
            defaults={
                "reader_name": reading.reader.name,
                "read_at": reading.at,
                "told_at": now,
            },
        )
        if fresh:
            notices.append(notice)
            reader_told.send(sender=Notice, notice=notice)
    friends = {UUID(n.reader_id) for n in notices if n.reader_kind == "friend"}
    announce(friends | {case.person_id}, "appeals")
    return notices
