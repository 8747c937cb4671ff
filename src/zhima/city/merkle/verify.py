"""Checks a whole log with nothing but its files and its key: every entry, every tile, the head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhima.city.merkle.folder import Folder, TilesOf, read_head
from zhima.city.merkle.hashing import EMPTY_ROOT, HASH_BYTES, leaf_hash, split
from zhima.city.merkle.heads import Head, check_cosigned, open_head
from zhima.city.merkle.notes import PublicKey
from zhima.city.merkle.proofs import check_consistency, root_of
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.tiles import (
    WIDTH,
    Growing,
    Place,
    Subtrees,
    entries_path,
    places,
    tile_path,
    unbundle,
)

AT_ONCE = 64
"""Files of entries hashed before tiles are compared: bounds what is held in memory."""


class Finding(NamedTuple):
    """Something that is not as the head says."""

    reason: Wrong
    what: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log came to."""

    head: Head | None
    """None when it cannot be believed."""
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Whether every entry is what it was."""
        return not self.findings


Progress = Callable[[int], None]


def verify(
    folder: Folder,
    key: PublicKey,
    *,
    earlier: str | None = None,
    witnesses: Sequence[PublicKey] = (),
    progress: Progress = lambda _: None,
) -> Verdict:
    """Check the log in a folder.

    `earlier` is a signed head that the log must continue, `witnesses` must have signed its head.
    `progress` is told how many entries were read since it was told last.
    """
    try:
        note = read_head(folder)
        head = open_head(note, key)
    except LogError as error:
        return Verdict(None, (_found(error),))
    findings = [
        *_witnessed(note, witnesses),
        *_tree(folder, head, progress),
        *_leftovers(folder, head),
    ]
    if earlier is not None:
        findings += _continues(folder, head, earlier, key)
    return Verdict(head, tuple(findings))


def _found(error: LogError) -> Finding:
    return Finding(error.reason, str(error).removeprefix(f"{error.reason}: "))


def _witnessed(note: str, witnesses: Sequence[PublicKey]) -> Iterator[Finding]:
    for each in witnesses:
        try:
            check_cosigned(note, each)
        except LogError as error:
            yield _found(error)


def _tree(folder: Folder, head: Head, progress: Progress) -> Iterator[Finding]:
    """Grow the tree anew from the entries and compare it with the tiles and the head."""
    grown = Growing(size=0, read=lambda level, n: b"")
    expected: dict[tuple[int, int], bytes] = {}
    leaves: list[bytes] = []
    torn = False
    for n, width in _bundles(head.size):
        hashes = list(_leaves(folder, n, width))
        torn |= any(isinstance(leaf, Finding) for leaf in hashes)
        yield from (leaf for leaf in hashes if isinstance(leaf, Finding))
        if not torn:
            yield from _against_tile(folder, n, width, hashes)
            leaves += [leaf for leaf in hashes if isinstance(leaf, bytes)]
        if len(leaves) >= AT_ONCE * WIDTH:
            expected |= _upper(grown, leaves)
            leaves = []
        progress(width)
    if torn:
        return
    expected |= _upper(grown, leaves)
    yield from _upper_tiles(folder, head.size, expected)
    if (grown.root() if head.size else EMPTY_ROOT) != head.root:
        yield Finding(Wrong.OTHER_ROOT, "the entries do not add up to the signed root")


def _bundles(size: int) -> Iterator[tuple[int, int]]:
    return ((place.n, place.width) for place in places(size) if place.level == 0)


def _leaves(folder: Folder, n: int, width: int) -> Iterator[bytes | Finding]:
    name = entries_path(n, width)
    try:
        entries = unbundle(folder.read(name))
    except LogError as error:
        yield Finding(error.reason, f"{name}: {error}")
        return
    if len(entries) != width:
        yield Finding(Wrong.TORN_FILE, f"{name} holds {len(entries)} entries, not {width}")
        return
    yield from map(leaf_hash, entries)


def _against_tile(
    folder: Folder, n: int, width: int, hashes: list[bytes | Finding]
) -> Iterator[Finding]:
    """Which entries are not those that the lowest tile was made of."""
    name = tile_path(Place(0, n, width))
    try:
        kept = folder.read(name)
    except LogError as error:
        yield _found(error)
        return
    if len(kept) != width * HASH_BYTES:
        yield Finding(Wrong.TORN_FILE, f"{name} holds {len(kept)} bytes")
        return
    for offset, (found, said) in enumerate(zip(hashes, split(kept), strict=True)):
        if found != said:
            yield Finding(Wrong.CHANGED_ENTRY, f"entry {n * WIDTH + offset} is not that of {name}")


def _upper(grown: Growing, leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    return {(t.level, t.n): t.hashes for t in grown.append(leaves) if t.level}


def _upper_tiles(
    folder: Folder, size: int, expected: dict[tuple[int, int], bytes]
) -> Iterator[Finding]:
    for place in places(size):
        if place.level == 0:
            continue
        try:
            kept = folder.read(tile_path(place))
        except LogError as error:
            yield _found(error)
            continue
        if kept != expected[place.level, place.n]:
            yield Finding(Wrong.CHANGED_TILE, f"{tile_path(place)} is not what is below it")


def _leftovers(folder: Folder, head: Head) -> Iterator[Finding]:
    """Files that belong to no entry: a longer log whose head was taken back leaves them."""
    known = {tile_path(place) for place in places(head.size)}
    known |= {entries_path(n, width) for n, width in _bundles(head.size)}
    for name in sorted(set(folder.names()) - known):
        yield Finding(Wrong.LEFTOVER_FILE, f"{name} is no part of a log of {head.size} entries")


def _continues(folder: Folder, head: Head, earlier: str, key: PublicKey) -> Iterator[Finding]:
    """Whether the log begins with what an earlier head covered."""
    try:
        old = open_head(earlier, key)
        if old.size >= head.size:
            check_consistency(
                old=old.size, old_root=old.root, size=head.size, root=head.root, path=()
            )
        elif root_of(Subtrees(TilesOf(folder, head.size)), old.size) != old.root:
            raise LogError(
                Wrong.NOT_CONSISTENT, f"the {old.size} entries known before do not begin this log"
            )
    except LogError as error:
        yield _found(error)
