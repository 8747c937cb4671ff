"""What a stranger may hand in: lists, tuples, structured arrays, any width of number, nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.societies import exact_scores
from zhima.engine.network import LiveNetwork, checks, refusals, solve, sorting
from zhima.engine.network.checks import edges_of
from zhima.engine.network.circles import circles_of

OWN = [100.0, 250.0, 400.0, 600.0, 0.0]
FIRST, SECOND, STRENGTH = [0, 0, 1, 3], [1, 2, 3, 2], [0.5, 1.0, 0.25, 0.75]
TERMS: dict[str, Any] = {"weight": 0.3, "capacity": 1.5}
EXACT = exact_scores(
    np.array(OWN),
    (FIRST, SECOND, STRENGTH),
    np.maximum([1.5, 0.75, 1.75, 1.0, 0.0], TERMS["capacity"]),
    **TERMS,
    missing="self",
)


def structured(*fields: tuple[str, str]) -> np.ndarray:
    table = np.zeros(len(FIRST), list(fields))
    for names, column in zip(("ia", "jb", "strength c"), (FIRST, SECOND, STRENGTH), strict=True):
        [name] = [name for name, _ in fields if name in names]
        table[name] = column
    return table


EDGES = {
    "lists": (FIRST, SECOND, STRENGTH),
    "a list of lists": [FIRST, SECOND, STRENGTH],
    "int64 and float64": tuple(np.array(column) for column in (FIRST, SECOND, STRENGTH)),
    "int32 and float32": (np.int32(FIRST), np.int32(SECOND), np.float32(STRENGTH)),
    "uint32 and float32": (np.uint32(FIRST), np.uint32(SECOND), np.float32(STRENGTH)),
    "int8 and float16": (np.int8(FIRST), np.int8(SECOND), np.float16(STRENGTH)),
    "big-endian": (np.array(FIRST, ">i8"), np.array(SECOND, ">u2"), np.array(STRENGTH, ">f4")),
    "structured": structured(("i", "<i8"), ("j", "<i8"), ("strength", "<f8")),
    "structured, small": structured(("i", "<u4"), ("j", "<i4"), ("strength", "<f4")),
    "structured, other names": structured(("a", "<i4"), ("b", "<i4"), ("c", "<f8")),
    "structured, another order": structured(("strength", "<f8"), ("j", "<i8"), ("i", "<i8")),
    "structured, more fields": structured(
        ("since", "<i8"), ("j", "<i8"), ("i", "<i8"), ("strength", "<f8")
    ),
    "every other one": tuple(np.repeat(column, 2)[::2] for column in (FIRST, SECOND, STRENGTH)),
    "read-only": tuple(np.broadcast_to(column, (4,)) for column in (FIRST, SECOND, STRENGTH)),
}


@pytest.mark.parametrize("edges", EDGES.values(), ids=EDGES.keys())
def test_edges_of_every_kind_give_the_same_scores(edges: Any) -> None:
    assert np.abs(solve(OWN, edges, **TERMS) - EXACT).max() <= 0.001
    assert np.abs(LiveNetwork(OWN, edges, **TERMS).scores() - EXACT).max() <= 0.05


@pytest.mark.parametrize("kind", ["f4", "f8", "i8", "u2", ">f8", list, tuple])
def test_own_points_of_every_kind(kind: Any) -> None:
    own = kind(OWN) if callable(kind) else np.array(OWN, kind)
    assert np.abs(solve(own, (FIRST, SECOND, STRENGTH), **TERMS) - EXACT).max() <= 0.001
    assert (
        np.abs(LiveNetwork(own, (FIRST, SECOND, STRENGTH), **TERMS).scores() - EXACT).max() <= 0.05
    )


@pytest.mark.parametrize(
    "nothing", [([], [], []), [], (), np.zeros((0, 3)), EDGES["structured"][:0]], ids=repr
)
def test_without_ties_everybody_has_own_points(nothing: Any) -> None:
    assert solve(OWN, nothing, **TERMS).tolist() == OWN
    assert LiveNetwork(OWN, nothing, **TERMS).scores().tolist() == OWN
    assert solve([321.5], nothing, **TERMS).tolist() == [321.5]
    assert solve([], nothing, **TERMS).shape == (0,)


def test_nothing_handed_in_is_written_to() -> None:
    own, edges = np.array(OWN), tuple(np.array(column) for column in (FIRST, SECOND, STRENGTH))
    for column in (own, *edges):
        column.flags.writeable = False
    solve(own, edges, **TERMS)
    network = LiveNetwork(own, edges, **TERMS)
    network.set_own(0, 5.0)
    network.untie(0, 1)
    assert own.tolist() == OWN


@pytest.mark.parametrize("changes", ["numpy", "python"])
def test_single_changes_take_numbers_of_both_kinds(changes: str) -> None:
    whole, number = (np.int64, np.float32) if changes == "numpy" else (int, float)
    network = LiveNetwork(OWN, EDGES["lists"], **TERMS)
    network.set_own(whole(0), number(200))
    network.tie(whole(0), whole(4), number(0.5))
    network.untie(whole(1), whole(0))
    assert network.add_person(number(1)) == 5
    network.remove_person(whole(2))
    assert np.isfinite(np.delete(network.scores(), 2)).all()


def test_a_large_network_is_laid_out_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "TIES_A_TASK", 1_000)
    people, rng = 3 * 2**sorting.BUCKET_BITS + 5, np.random.default_rng(8)
    keys = np.unique(np.sort(rng.integers(0, people, (2, 200_000)), axis=0), axis=1)
    pairs = rng.permuted(keys[:, keys[0] != keys[1]], axis=0)
    strength = rng.uniform(0.1, 1, pairs.shape[1])
    circles = circles_of(edges_of((*pairs, strength), people), people)
    holders = np.stack(pairs, axis=1).ravel()
    order = np.argsort(holders, kind="stable")
    contacts = np.stack(pairs[::-1], axis=1).ravel()[order]
    assert np.array_equal(circles.count, np.bincount(holders, minlength=people))
    assert np.array_equal(circles.start, np.cumsum(np.append(0, circles.count)))
    assert np.array_equal(circles.contact, contacts)
    assert np.array_equal(circles.strength, np.repeat(strength, 2)[order])


def test_a_contact_that_comes_twice_is_found_wherever_it_stands() -> None:
    people = 2 * 2**sorting.BUCKET_BITS
    everybody = np.arange(1, people)
    for at in (1, 700, people - 1):
        i, j = np.append(np.zeros_like(everybody), at), np.append(everybody, 0)
        with pytest.raises(refusals.DuplicateTieError, match=f"people 0 and {at} are tied twice"):
            solve(np.zeros(people), (i, j, np.ones(people)), **TERMS)


@pytest.mark.parametrize(
    ("at", "tie", "refusal", "said"),
    [
        (5, (9, 99, 0.5), refusals.IndexOutOfRangeError, "person 99"),
        (5, (3, 3, 0.5), refusals.SelfTieError, "tie 5 joins person 3"),
        (5, (3, 2, np.nan), refusals.StrengthOutOfRangeError, "tie 5 has strength nan"),
    ],
)
def test_of_several_mistakes_the_gravest_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    tie: tuple[int, int, float],
    refusal: type[Exception],
    said: str,
) -> None:
    monkeypatch.setattr(checks, "TIES_A_TASK", 2)
    edges = np.array([1, 2] * 4), np.array([2, 3] * 4), np.full(8, 0.5)
    edges[2][0] = 7.0
    for column, value in zip(edges, tie, strict=True):
        column[at] = value
    if refusal is refusals.StrengthOutOfRangeError:
        edges[2][0] = 0.5
    with pytest.raises(refusal, match=said):
        edges_of(edges, 10)
