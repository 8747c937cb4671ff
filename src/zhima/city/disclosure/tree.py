"""Entries get their places in the tree: in batches, by whoever holds the tree's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from zhima.city.disclosure.keys import secret_key
from zhima.city.disclosure.models import Entry, Tile, Tree
from zhima.city.merkle import tiles
from zhima.city.merkle.hashing import EMPTY_ROOT, leaf_hash
from zhima.city.merkle.heads import Head, sign_head
from zhima.city.merkle.proof_file import ProofFile
from zhima.city.merkle.proofs import consistency, inclusion, root_of
from zhima.city.merkle.tiles import Growing, Subtrees

AT_ONCE = 5_000
THE_TREE = 1
_TILE = "SELECT hashes FROM disclosure_tile WHERE level = %s AND n = %s"
"""Plain: a proof reads half a dozen tiles, and the ORM would cost as much as their hashes."""


def integrate() -> int:
    """Place every entry that waits and sign the new head; how many there were.

    When another process is placing entries, what waits is left to it.
    """
    placed = 0
    while batch := place_with(()):
        placed += batch
    return placed


def place_with(fresh: Sequence[Entry]) -> int:
    """Write new entries, with their places where possible, after those that wait; how many placed.

    Runs in the transaction of the readings, so that an entry is in the tree when its answer leaves.
    """
    with transaction.atomic():
        tree = _hold_tree()
        if tree is None:
            Entry.objects.bulk_create(fresh)
            return 0
        waiting = Entry.objects.filter(place=None).order_by("pk").values_list("pk", "body")
        rows = list(waiting[:AT_ONCE])
        growing = Growing(size=tree.size, read=read_tile)
        changed = growing.append(
            [leaf_hash(bytes(body)) for _, body in rows]
            + [leaf_hash(bytes(entry.body)) for entry in fresh]
        )
        _place([number for number, _ in rows], first=tree.size)
        for place, entry in enumerate(fresh, tree.size + len(rows)):
            entry.place = place
        Entry.objects.bulk_create(fresh)
        if changed:
            _keep(changed)
            tree.size = growing.size
            tree.note = _sign(growing.size, growing.root())
            tree.save()
    return len(rows) + len(fresh)


def signed_head() -> str:
    """The head over everything that was committed before, as a signed note."""
    integrate()
    tree = Tree.objects.filter(pk=THE_TREE).first()
    return tree.note if tree and tree.note else _sign(0, EMPTY_ROOT)


def prove(place: int, *, note: str, size: int) -> ProofFile:
    """The proof that an entry is under a head of `size` entries; ValueError when it is not."""
    return ProofFile(place, tuple(inclusion(Subtrees(read_tile), index=place, size=size)), note)


def root_at(size: int) -> bytes:
    """The root over the first `size` entries, whatever came after them."""
    return root_of(Subtrees(read_tile), size)


def continues(old: int, size: int) -> list[bytes]:
    """The proof that the log of `size` entries begins with its first `old` ones."""
    return consistency(Subtrees(read_tile), old=old, size=size)


def read_tile(level: int, n: int) -> bytes:
    """A tile as it is stored, as wide as it has grown."""
    with connection.cursor() as cursor:
        cursor.execute(_TILE, (level, n))
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _hold_tree() -> Tree | None:
    """The tree's row, locked; None when another transaction holds it."""
    if not Tree.objects.filter(pk=THE_TREE).exists():
        Tree.objects.get_or_create(pk=THE_TREE)
    # SQLite has one writer at a time and skips nothing.
    can_skip = connection.features.has_select_for_update_skip_locked
    return Tree.objects.select_for_update(skip_locked=can_skip).filter(pk=THE_TREE).first()


def _place(numbers: list[int], *, first: int) -> None:
    if not numbers:
        return
    table = connection.ops.quote_name(Entry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET place = %s WHERE id = %s",
            [(first + offset, number) for offset, number in enumerate(numbers)],
        )


def _keep(changed: Iterable[tiles.Tile]) -> None:
    Tile.objects.bulk_create(
        [Tile(level=tile.level, n=tile.n, hashes=tile.hashes) for tile in changed],
        update_conflicts=True,
        unique_fields=["level", "n"],
        update_fields=["hashes"],
    )


def _sign(size: int, root: bytes) -> str:
    key = secret_key()
    return sign_head(Head(key.name, size, root), key)
