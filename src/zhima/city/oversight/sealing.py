"""Seals: every item of evidence gets a hash, and the hashes of some seconds one digest in the log.

An edited, removed or smuggled item then disagrees with its seal, and a changed seal with the log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from zhima.city import clock
from zhima.city.disclosure import log
from zhima.city.disclosure.entries import opens
from zhima.city.disclosure.models import Entry
from zhima.city.oversight.models import Seal, SealedEvent
from zhima.city.scoring.models import Event

KIND = "evidence.sealed"
CITY = "city"
AT_ONCE = 20_000
LATE_BY = 100_000
"""Numbers are given before commits: below the highest sealed number so many are looked at again."""
BEGINNING = "0" * 64


def hash_of(event: Event) -> str:
    """SHA-256 over everything an item says, in one spelling on every database."""
    said = [
        event.seq, event.event_id, str(event.person_id), event.kind, _stamp(event.occurred_at),
        _stamp(event.recorded_at), event.amount_fen, event.counterparty_id, event.context,
        event.app, event.purpose,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def digest_of(before: str, hashes: Iterable[tuple[int, str, str]]) -> str:
    """The digest of a seal: over the one before it, and numbers, hashes and owners in order."""
    running = sha256(before.encode())
    for seq, each, owner in hashes:
        running.update(f"\n{seq} {each} {owner}".encode())
    return running.hexdigest()


def seal_new() -> int:
    """Seal what is new; how many items. A chore: one process does it, others find nothing left."""
    sealed = 0
    while count := _seal_some():
        sealed += count
    return sealed


@transaction.atomic
def _seal_some() -> int:
    last = Seal.objects.select_for_update().order_by("-number").first()
    fresh = list(_not_sealed())
    if not fresh:
        return 0
    hashes = [(event.seq, hash_of(event), owner_of(event.person_id)) for event in fresh]
    digest = digest_of(last.digest if last else BEGINNING, hashes)
    number = last.number + 1 if last else 1
    seal = Seal.objects.create(number=number, digest=digest, events=len(hashes), at=clock.now())
    log.append(kind=KIND, person_id=None, reader_kind=CITY, reader=_mark(seal), detail=_said(seal))
    SealedEvent.objects.bulk_create(
        SealedEvent(seq=seq, seal=seal, sha256=each, owner=owner) for seq, each, owner in hashes
    )
    return len(hashes)


def forget(people: Iterable[UUID]) -> None:
    """Note that all items of some people are erased by right: the audit will not look for them."""
    owners = [owner_of(person) for person in people]
    sealed = SealedEvent.objects.filter(owner__in=owners, erased_at=None)
    sealed.update(erased_at=clock.now())


def owner_of(person_id: UUID) -> str:
    """A mark that all items of one person share."""
    return sha256(f"zhima-sealed-owner/1 {person_id}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Broken:
    """An item or seal that is not what it was."""

    reason: str
    """`edited`, `removed`, `digest_differs`, `not_in_log`, `seal_removed`."""
    key: str


def check() -> Iterator[Broken]:
    """Everything that disagrees with its seal."""
    before = BEGINNING
    for mark in sorted(_marks_in_log() - {_mark(seal) for seal in Seal.objects.all()}):
        yield Broken("seal_removed", mark)
    for seal in Seal.objects.order_by("number").iterator():
        rows = list(SealedEvent.objects.filter(seal=seal).order_by("seq"))
        hashes = [(row.seq, row.sha256, row.owner) for row in rows]
        if digest_of(before, hashes) != seal.digest or len(rows) != seal.events:
            yield Broken("digest_differs", f"seal {seal.number}")
        if not _is_logged(seal):
            yield Broken("not_in_log", f"seal {seal.number}")
        before = seal.digest
        yield from _changed(rows)


def _changed(rows: list[SealedEvent]) -> Iterator[Broken]:
    found = Event.objects.in_bulk([row.seq for row in rows])
    for row in rows:
        event = found.get(row.seq)
        if event is None and (row.erased_at is None or _others_stayed(row)):
            yield Broken("removed", f"event {row.seq}")
        elif event is not None and hash_of(event) != row.sha256:
            yield Broken("edited", f"event {event.event_id}")


def _others_stayed(row: SealedEvent) -> bool:
    """Whether items of the same person, sealed before this one was erased, are still there."""
    others = SealedEvent.objects.filter(owner=row.owner, erased_at=None)
    return others.filter(seal__at__lt=row.erased_at).exists()


def _is_logged(seal: Seal) -> bool:
    entry = Entry.objects.filter(reader=_mark(seal)).first()
    return (
        entry is not None
        and entry.salt is not None
        and opens(bytes(entry.body), salt=bytes(entry.salt), detail=_said(seal))
    )


def _marks_in_log() -> set[str]:
    seals = Entry.objects.filter(reader__startswith=f"{CITY}:seal-")
    return set(seals.values_list("reader", flat=True))


def _mark(seal: Seal) -> str:
    """Under which name the seal is found in the log."""
    return f"{CITY}:seal-{seal.number}"


def _said(seal: Seal) -> dict[str, object]:
    return {"seal": seal.number, "digest": seal.digest, "events": seal.events}


def _not_sealed() -> Iterator[Event]:
    newest = SealedEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    floor = max(newest - LATE_BY, 0)
    known = SealedEvent.objects.filter(seq__gt=floor).values("seq")
    unsealed = Event.objects.filter(seq__gt=floor).exclude(seq__in=known)
    return unsealed.order_by("seq")[:AT_ONCE].iterator()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
