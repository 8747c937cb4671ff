"""The tree in tiles of 256 hashes (c2sp.org/tlog-tiles): what grows, what is read, file names.

Tile (level, n) holds the hashes 256 n up to 256 n + 255 of the complete subtrees of 256**level
leaves. A tile that is not full yet is as long as the hashes that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from zhima.city.merkle.hashing import HASH_BYTES, complete_root, fold, split
from zhima.city.merkle.reasons import LogError, Wrong

WIDTH = 256
HEIGHT = 8
FULL_BYTES = WIDTH * HASH_BYTES
MAX_ENTRY_BYTES = 0xFFFF
TILES_IN_MEMORY = 64


class Tile(NamedTuple):
    """A run of hashes and its place."""

    level: int
    n: int
    hashes: bytes


ReadTile = Callable[[int, int], bytes]
"""(level, n) -> its hashes, at least as many as the tree needs."""


class Place(NamedTuple):
    """A tile that a tree of some size has, and how many hashes it holds there."""

    level: int
    n: int
    width: int


def places(size: int) -> Iterator[Place]:
    """Every tile of a tree of `size` leaves, level by level."""
    level, count = 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        yield from (Place(level, n, WIDTH) for n in range(full))
        if rest:
            yield Place(level, full, rest)
        level, count = level + 1, full


def edge(size: int) -> list[Place]:
    """The tiles at the right edge that are not full, by level."""
    levels: list[Place] = []
    count = size
    while count:
        full, rest = divmod(count, WIDTH)
        levels.append(Place(len(levels), full, rest))
        count = full
    return levels


class Growing:
    """The right edge of a tree: takes leaves, gives tiles that are new or longer than before."""

    def __init__(self, *, size: int, read: ReadTile) -> None:
        """`read` is asked for the last tile of each level that is not full."""
        self.size = size
        self._open = [
            split(read(place.level, place.n)[: place.width * HASH_BYTES]) if place.width else []
            for place in edge(size)
        ]
        for place, hashes in zip(edge(size), self._open, strict=True):
            if len(hashes) != place.width:
                raise LogError(Wrong.TORN_FILE, f"tile {place.level}/{place.n} is too short")

    def append(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Add the hashes of leaves; every tile that changed, in its newest form."""
        first = self.size
        self.size += len(leaves)
        changed: list[Tile] = []
        level, fresh = 0, list(leaves)
        while fresh:
            if level == len(self._open):
                self._open.append([])
            n, fresh = self._extend(level, first >> (HEIGHT * (level + 1)), fresh, changed)
            if self._open[level]:
                changed.append(Tile(level, n, b"".join(self._open[level])))
            level += 1
        return changed

    def root(self) -> bytes:
        """The root over all leaves so far."""
        peaks: list[bytes] = []
        for hashes in reversed(self._open):
            at = 0
            while at < len(hashes):
                width = 1 << ((len(hashes) - at).bit_length() - 1)
                peaks.append(complete_root(hashes[at : at + width]))
                at += width
        return fold(peaks)

    def _extend(
        self, level: int, n: int, fresh: list[bytes], changed: list[Tile]
    ) -> tuple[int, list[bytes]]:
        """Fill tiles from tile `n` on; the tile that is open then, and the roots of full ones."""
        hashes = self._open[level] + fresh
        roots: list[bytes] = []
        at = 0
        while len(hashes) - at >= WIDTH:
            full = hashes[at : at + WIDTH]
            changed.append(Tile(level, n, b"".join(full)))
            roots.append(complete_root(full))
            at += WIDTH
            n += 1
        self._open[level] = hashes[at:]
        return n, roots


class Subtrees:
    """Hashes of complete subtrees, computed from tiles."""

    def __init__(self, read: ReadTile) -> None:
        self._read = lru_cache(TILES_IN_MEMORY)(read)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash over leaves index * 2**level up to (index + 1) * 2**level."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        n, offset = divmod(first, WIDTH)
        start, end = offset * HASH_BYTES, (offset + (1 << height)) * HASH_BYTES
        hashes = self._read(tile_level, n)[start:end]
        if len(hashes) != end - start:
            raise LogError(Wrong.TORN_FILE, f"tile {tile_level}/{n} is too short")
        return complete_root(split(hashes))


def tile_path(place: Place) -> str:
    """The name of a tile's file."""
    return f"tile/{place.level}/{_numbered(place.n)}{_part(place.width)}"


def entries_path(n: int, width: int) -> str:
    """The name of the file with entries 256 n up to 256 n + width."""
    return f"tile/entries/{_numbered(n)}{_part(width)}"


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a file has them: each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a file; LogError when it is torn."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start])
        if start > len(data) or at > len(data):
            raise LogError(Wrong.TORN_FILE, "the last entry is cut short")
        entries.append(data[start:at])
    return entries


def _numbered(n: int) -> str:
    parts = [f"{n % 1000:03d}"]
    while n := n // 1000:
        parts.append(f"x{n % 1000:03d}")
    return "/".join(reversed(parts))


def _part(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
