"""Proofs that an entry is in a tree, and that one tree continues another (RFC 9162, 2.1.3-4).

`Subtrees` gives the hash of a complete, aligned subtree; whoever has tiles has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhima.city.merkle.hashing import EMPTY_ROOT, fold, node_hash
from zhima.city.merkle.reasons import LogError, Wrong

Subtrees = Callable[[int, int], bytes]
"""(level, index) -> hash over leaves index * 2**level up to (index + 1) * 2**level."""


def root_of(subtrees: Subtrees, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return _range_root(subtrees, 0, size) if size else EMPTY_ROOT


def inclusion(subtrees: Subtrees, *, index: int, size: int) -> list[bytes]:
    """The path of leaf `index` in the tree of `size` leaves; ValueError outside of it."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _largest_power_below(high - low)
        if index < middle:
            path.append(_range_root(subtrees, middle, high))
            high = middle
        else:
            path.append(_range_root(subtrees, low, middle))
            low = middle
    return path[::-1]


def consistency(subtrees: Subtrees, *, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` leaves continues that of `old`; ValueError if it cannot."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {size} continues none of {old}")
    path: list[bytes] = []
    low, high, whole = 0, size, True
    while old != high:
        middle = low + _largest_power_below(high - low)
        if old <= middle:
            path.append(_range_root(subtrees, middle, high))
            high = middle
        else:
            path.append(_range_root(subtrees, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_range_root(subtrees, low, high))
    return path[::-1]


def check_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Raise LogError unless `path` leads from the leaf's hash to the root."""
    if not 0 <= index < size:
        raise LogError(Wrong.TORN_PROOF, f"leaf {index} is not in a tree of {size}")
    at, last, reached = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise LogError(Wrong.TORN_PROOF, "the path is too long")
        if at & 1 or at == last:
            reached = node_hash(step, reached)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            reached = node_hash(reached, step)
        at >>= 1
        last >>= 1
    if last:
        raise LogError(Wrong.TORN_PROOF, "the path is too short")
    if reached != root:
        raise LogError(Wrong.PROOF_OF_ANOTHER, f"it does not lead from entry {index} to the head")


def check_consistency(
    *, old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Raise LogError unless the tree of `size` leaves begins with the `old` ones."""
    if old > size:
        raise LogError(Wrong.SHRUNK, f"the log had {old} entries and now has {size}")
    if old == size:
        if old_root != root:
            raise LogError(Wrong.SPLIT_VIEW, f"two heads over the same {size} entries")
        return
    if old == 0:
        return
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        raise LogError(Wrong.TORN_PROOF, "the path is too short")
    if _both_roots(old, size, steps) != (old_root, root):
        raise LogError(
            Wrong.NOT_CONSISTENT, f"the {old} entries known before do not begin these {size}"
        )


def _both_roots(old: int, size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    at, last = old - 1, size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise LogError(Wrong.TORN_PROOF, "the path is too long")
        if at & 1 or at == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            after = node_hash(after, step)
        at >>= 1
        last >>= 1
    if last:
        raise LogError(Wrong.TORN_PROOF, "the path is too short")
    return before, after


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(subtrees: Subtrees, low: int, high: int) -> bytes:
    """The root over leaves low to high, where low is aligned to the largest part of it."""
    peaks: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append(subtrees(level, low >> level))
        low += 1 << level
    return fold(peaks)
