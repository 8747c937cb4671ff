"""The audit: ledger, evidence, scores, receipts, log and exceptions must all tell one story.

Whoever changes one of them by hand leaves a disagreement with another; each is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from zhima.city.disclosure import tree
from zhima.city.disclosure.entries import opens, stamp
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.readers import recipient_of
from zhima.city.ledger.audit import audit as audit_ledger
from zhima.city.merkle.hashing import leaf_hash
from zhima.city.merkle.heads import open_head
from zhima.city.merkle.reasons import LogError
from zhima.city.merkle.tiles import FULL_BYTES, Growing, Tile
from zhima.city.oversight import deposits, overrides, papers, sealing, sources
from zhima.city.oversight.models import Override
from zhima.city.scoring import rebuilding
from zhima.city.wallet.books import store

LEAVES_AT_ONCE = 10_000
_BOTTOMLESS = "SELECT id FROM ledger_accounts WHERE may_go_negative <> 0"
_PURSES = {"person", "shop"}
"""Kinds of account from which nobody can pay what is not there."""


class Finding(NamedTuple):
    """One disagreement."""

    part: str
    reason: str
    key: str
    """What it concerns: an account, an item, a person, an entry."""


def audit() -> Iterator[Finding]:
    """Every finding of every part."""
    for part in PARTS:
        yield from audit_of(part)


def audit_of(part: str) -> Iterator[Finding]:
    """Every finding of one part; what is so broken that it cannot be read is one."""
    try:
        yield from PARTS[part]()
    except Exception as broken:
        yield Finding(part, "unreadable", f"{type(broken).__name__}: {broken}")


def _ledger() -> Iterator[Finding]:
    for found in audit_ledger(store()).findings:
        yield Finding("ledger", found.reason, f"{found.source} {found.row or ''} {found.value}")
    with store().reading() as reader:
        for (account_id,) in reader.rows(_BOTTOMLESS):
            if account_id.partition(":")[0] in _PURSES:
                yield Finding("ledger", "bottomless_purse", account_id)


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
        # Whose, and never how much: an audit is no reading of a score.
        yield Finding("scores", str(difference.what), str(difference.person_id))


def _receipts() -> Iterator[Finding]:
    for reason, key in papers.disagreements():
        yield Finding("receipts", reason, key)


def _obligations() -> Iterator[Finding]:
    for reason, key in deposits.disagreements():
        yield Finding("obligations", reason, key)


def _log() -> Iterator[Finding]:
    note = tree.signed_head()
    try:
        head = open_head(note, public_key())
    except LogError as error:
        yield Finding("log", str(error.reason), "signed head")
        return
    growing = Growing(size=0, read=tree.read_tile)
    leaves: list[bytes] = []
    if Entry.objects.filter(place__gte=head.size).exists():
        yield Finding("log", "head_is_short", f"{head.size} entries")
    for entry in Entry.objects.exclude(place=None).order_by("place").iterator():
        if entry.place >= head.size:
            break
        leaves.append(leaf_hash(bytes(entry.body)))
        if entry.detail is not None and not _opens(entry):
            yield Finding("log", "detail_changed", f"entry {entry.place}")
        if not _is_indexed(entry):
            yield Finding("log", "index_differs", f"entry {entry.place}")
        if len(leaves) == LEAVES_AT_ONCE:
            yield from _tiles(growing.append(leaves), full=True)
            leaves = []
    yield from _tiles(growing.append(leaves), full=False)
    if growing.size != head.size or growing.root() != head.root:
        yield Finding("log", "root_differs", f"{growing.size} of {head.size} entries")


def _tiles(changed: Iterable[Tile], *, full: bool) -> Iterator[Finding]:
    """Tiles from which proofs are made, against what the entries make of them."""
    for tile in changed:
        is_whole = len(tile.hashes) == FULL_BYTES
        if (is_whole or not full) and tree.read_tile(tile.level, tile.n) != tile.hashes:
            yield Finding("log", "tile_differs", f"tile {tile.level}/{tile.n}")


def _is_indexed(entry: Entry) -> bool:
    """Whether the columns that an entry is found by are those of its body and detail."""
    body = json.loads(bytes(entry.body))
    sealed = entry.sealed_until and stamp(entry.sealed_until)
    if (body["at"], body.get("sealed_until")) != (stamp(entry.at), sealed):
        return False
    if entry.detail is None or "reader" not in entry.detail:
        return True
    said = entry.detail
    is_reader = entry.reader == recipient_of(said["reader"]["kind"], said["reader"]["id"])
    return is_reader and str(entry.person_id) == said["person"]


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
    "obligations": _obligations,
    "evidence": _evidence,
    "scores": _scores,
    "receipts": _receipts,
    "log": _log,
    "overrides": _overrides,
}
