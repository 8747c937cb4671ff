"""Logs in folders for tests: made of numbered entries, signed with a key of the test."""

from __future__ import annotations

from pathlib import Path

from zhima.city.merkle.folder import HEAD, Folder, write_entries, write_tiles
from zhima.city.merkle.hashing import EMPTY_ROOT, leaf_hash
from zhima.city.merkle.heads import Head, sign_head
from zhima.city.merkle.notes import SecretKey
from zhima.city.merkle.tiles import WIDTH, Growing

KEY = SecretKey.generate("log.example/test")


def entries_of(count: int, tag: str = "entry") -> list[bytes]:
    """Entries that say their number."""
    return [f"{tag} {number}".encode() for number in range(count)]


def write_log(path: Path, entries: list[bytes], key: SecretKey = KEY) -> Head:
    """A log in a folder; its head."""
    folder = Folder(path)
    growing = Growing(size=0, read=lambda level, n: b"")
    write_tiles(folder, growing.append([leaf_hash(entry) for entry in entries]))
    for first in range(0, len(entries), WIDTH):
        write_entries(folder, first // WIDTH, entries[first : first + WIDTH])
    head = Head(key.name, len(entries), growing.root() if entries else EMPTY_ROOT)
    folder.write(HEAD, sign_head(head, key).encode())
    return head
