"""Hashes and proofs against the published vectors and a naive tree by the RFC's own words."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhima.city.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash
from zhima.city.merkle.proofs import (
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    root_of,
)
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.tiles import Growing, Subtrees

# The entries and roots with which the first Certificate Transparency log was tested.
PUBLISHED_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Grown:
    """A tree in memory, grown in the given batches."""

    def __init__(self, leaves: list[bytes], batches: list[int] | None = None) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.leaves = leaves
        at = 0
        for batch in [*(batches or []), len(leaves)]:
            # Each batch by a tree of its own: what the tiles hold is all there is.
            growing = Growing(size=at, read=lambda level, n: self.tiles.get((level, n), b""))
            for tile in growing.append(leaves[at : at + batch]):
                self.tiles[tile.level, tile.n] = tile.hashes
            at = growing.size
            self.root = growing.root()
        self.subtrees = Subtrees(lambda level, n: self.tiles[level, n])


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    grown = Grown([leaf_hash(entry) for entry in PUBLISHED_ENTRIES[:size]])
    assert grown.root.hex() == PUBLISHED_ROOTS[size]


def test_a_published_path() -> None:
    tree = Grown([leaf_hash(entry) for entry in PUBLISHED_ENTRIES])
    path = inclusion(tree.subtrees, index=0, size=8)
    assert [step.hex() for step in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


SIZES = st.one_of(
    st.integers(1, 40), st.sampled_from([255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])
)
LEAVES = numbered(66_000)


@given(size=SIZES, data=st.data())
def test_trees_grown_in_any_batches_are_the_naive_one(size: int, data: st.DataObject) -> None:
    batches = data.draw(st.lists(st.integers(0, size), max_size=4))
    grown = Grown(LEAVES[:size], batches)
    assert grown.root == naive_root(LEAVES[:size])
    assert root_of(grown.subtrees, size) == grown.root


TREE = Grown(LEAVES)
ROOTS = {size: root_of(TREE.subtrees, size) for size in (1, 7, 256, 257, 65_537, 66_000)}


@given(size=st.one_of(st.integers(1, 66_000), st.sampled_from(sorted(ROOTS))), data=st.data())
def test_an_entry_is_proved_and_no_other_one(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(TREE.subtrees, index=index, size=size)
    root = root_of(TREE.subtrees, size)
    check_inclusion(leaf=LEAVES[index], index=index, size=size, path=path, root=root)
    other = data.draw(
        st.integers(0, size - 1).filter(lambda at: at != index) if size > 1 else st.just(-1)
    )
    with pytest.raises(LogError):
        check_inclusion(leaf=LEAVES[index], index=other, size=size, path=path, root=root)
    with pytest.raises(LogError) as wrong:
        check_inclusion(leaf=leaf_hash(b"never"), index=index, size=size, path=path, root=root)
    assert wrong.value.reason is Wrong.PROOF_OF_ANOTHER
    for cut in (path[:-1], [*path, LEAVES[0]]):
        if cut != path:
            with pytest.raises(LogError) as torn:
                check_inclusion(leaf=LEAVES[index], index=index, size=size, path=cut, root=root)
            assert torn.value.reason is Wrong.TORN_PROOF


@given(size=st.integers(1, 66_000), data=st.data())
def test_a_tree_continues_its_own_past_and_no_other(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    before, after = root_of(TREE.subtrees, old), root_of(TREE.subtrees, size)
    path = consistency(TREE.subtrees, old=old, size=size)
    check_consistency(old=old, old_root=before, size=size, root=after, path=path)
    with pytest.raises(LogError) as wrong:
        check_consistency(old=old, old_root=leaf_hash(b"x"), size=size, root=after, path=path)
    assert wrong.value.reason is (Wrong.SPLIT_VIEW if old == size else Wrong.NOT_CONSISTENT)
    if old < size:
        with pytest.raises(LogError):
            check_consistency(old=old, old_root=before, size=size, root=after, path=path[:-1])


def test_a_log_that_became_shorter_is_found() -> None:
    with pytest.raises(LogError) as wrong:
        check_consistency(old=5, old_root=ROOTS[7], size=4, root=ROOTS[1], path=[])
    assert wrong.value.reason is Wrong.SHRUNK


def test_outside_of_the_tree_there_is_no_proof() -> None:
    for index in (-1, 7):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion(TREE.subtrees, index=index, size=7)
    for old in (0, 8):
        with pytest.raises(ValueError, match="continues none"):
            consistency(TREE.subtrees, old=old, size=7)
    assert root_of(TREE.subtrees, 0) == EMPTY_ROOT
