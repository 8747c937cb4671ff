"""The log as a folder of files for any static server: what is new since the last time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.tree import read_tile, signed_head
from zhima.city.merkle.folder import HEAD, Folder, read_head, write_entries, write_tiles
from zhima.city.merkle.hashing import HASH_BYTES
from zhima.city.merkle.heads import open_head
from zhima.city.merkle.reasons import LogError
from zhima.city.merkle.tiles import WIDTH, Place, Tile, places

KEY_FILE = "log.pub"
_one_at_a_time = threading.Lock()


def default_folder() -> Path:
    """Where the running city publishes its log."""
    return Path(settings.HOME) / "log"


def publish(path: Path) -> int:
    """Bring the files up to the signed head, which is written last; the entries that are in it."""
    path.mkdir(parents=True, exist_ok=True)
    folder = Folder(path)
    with _one_at_a_time:
        note = signed_head()
        head = open_head(note, public_key())
        before = _published(folder)
        if before is not None and before[0] == note:
            return head.size
        since = before[1] if before is not None and before[1] <= head.size else 0
        for place in _grown(since, head.size):
            if place.level == 0:
                write_entries(folder, place.n, list(_bodies(place)))
            hashes = read_tile(place.level, place.n)[: place.width * HASH_BYTES]
            write_tiles(folder, [Tile(place.level, place.n, hashes)])
        folder.write(KEY_FILE, f"{public_key()}\n".encode())
        folder.write(HEAD, note.encode())
    return head.size


def publish_default() -> int:
    """The same for the running city."""
    return publish(default_folder())


def _published(folder: Folder) -> tuple[str, int] | None:
    """The head that the files have now; None when there is none that is ours."""
    try:
        note = read_head(folder)
        return note, open_head(note, public_key()).size
    except LogError:
        return None


def _grown(since: int, size: int) -> Iterator[Place]:
    """Tiles that a log of `size` has and one of `since` had not, or had shorter."""
    known = set(places(since))
    return (place for place in places(size) if place not in known)


def _bodies(place: Place) -> Iterator[bytes]:
    first = place.n * WIDTH
    bodies = (
        Entry.objects.filter(place__gte=first, place__lt=first + place.width)
        .order_by("place")
        .values_list("body", flat=True)
    )
    return (bytes(body) for body in bodies.iterator())
