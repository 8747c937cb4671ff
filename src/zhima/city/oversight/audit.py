"""The audit: ledger, evidence, scores, receipts, log and exceptions must all tell one story.

Whoever changes one of them by hand leaves a disagreement with another; each is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from zhima.city.disclosure import tree
from zhima.city.disclosure.entries import opens
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.ledger.audit import audit as audit_ledger
from zhima.city.merkle.hashing import leaf_hash
from zhima.city.merkle.heads import open_head
from zhima.city.merkle.reasons import LogError
from zhima.city.merkle.tiles import Growing
from zhima.city.oversight import overrides, sealing, sources
from zhima.city.oversight.models import Override
from zhima.city.scoring import rebuilding, receipts
from zhima.city.scoring.models import Score
from zhima.city.wallet.books import store
from zhima.engine.kinds import MILLI, ZhimaError
from zhima.engine.score.explain import score_of

LEAVES_AT_ONCE = 10_000


class Finding(NamedTuple):
    """One disagreement."""

    part: str
    reason: str
    key: str
    """What it concerns: an account, an item, a person, an entry."""


def audit() -> Iterator[Finding]:
    """Every finding of every part."""
    for check in PARTS.values():
        yield from check()


def _ledger() -> Iterator[Finding]:
    for found in audit_ledger(store()).findings:
        yield Finding("ledger", found.reason, f"{found.source} {found.row or ''} {found.value}")


def _evidence() -> Iterator[Finding]:
    for broken in sealing.check():
        yield Finding("evidence", broken.reason, broken.key)
    for key, reason in sources.disagreements():
        yield Finding("evidence", reason, key)


def _scores() -> Iterator[Finding]:
    checked = rebuilding.check()
    if checked.waiting:
        # What waits to be looked at is no disagreement yet; ask again in a moment.
        yield Finding("scores", "scorer_behind", f"{checked.waiting} looks")
        return
    for difference in checked.differences:
        key = f"{difference.person_id}: {difference.stored}, not {difference.rebuilt}"
        yield Finding("scores", str(difference.what), key)


def _receipts() -> Iterator[Finding]:
    """Old scores too: each is the sum of its own lines, and lies within its interval."""
    rows = Score.objects.values_list("person_id", "seq", "score", "low", "high", "lines")
    before: tuple[object, int] = (None, 0)
    for person, seq, score, low, high, lines in rows.order_by("person_id", "seq").iterator():
        key = f"{person} score {seq}"
        if _sum(lines) != score * MILLI:
            yield Finding("receipts", "sum_differs", key)
        if not low <= score <= high:
            yield Finding("receipts", "outside_interval", key)
        if seq != (before[1] + 1 if person == before[0] else 1):
            yield Finding("receipts", "score_removed", key)
        before = (person, seq)


def _sum(lines: object) -> int:
    try:
        return score_of(receipts.read(lines)) * MILLI
    except (ZhimaError, ValueError, TypeError):
        return -1


def _log() -> Iterator[Finding]:
    note = tree.signed_head()
    try:
        head = open_head(note, public_key())
    except LogError as error:
        yield Finding("log", str(error.reason), "signed head")
        return
    growing = Growing(size=0, read=tree.read_tile)
    leaves: list[bytes] = []
    for entry in Entry.objects.exclude(place=None).order_by("place").iterator():
        if entry.place >= head.size:
            break
        leaves.append(leaf_hash(bytes(entry.body)))
        if entry.detail is not None and not _opens(entry):
            yield Finding("log", "detail_changed", f"entry {entry.place}")
        if len(leaves) == LEAVES_AT_ONCE:
            growing.append(leaves)
            leaves = []
    growing.append(leaves)
    if growing.size != head.size or growing.root() != head.root:
        yield Finding("log", "root_differs", f"{growing.size} of {head.size} entries")


def _opens(entry: Entry) -> bool:
    return entry.salt is not None and opens(
        bytes(entry.body), salt=bytes(entry.salt), detail=entry.detail
    )


def _overrides() -> Iterator[Finding]:
    for held in Override.objects.exclude(state__in=(Override.State.ASKED, Override.State.REFUSED)):
        if not overrides.is_sound(held):
            yield Finding("overrides", "not_as_signed", str(held.pk))


PARTS: dict[str, Callable[[], Iterator[Finding]]] = {
    "ledger": _ledger,
    "evidence": _evidence,
    "scores": _scores,
    "receipts": _receipts,
    "log": _log,
    "overrides": _overrides,
}
