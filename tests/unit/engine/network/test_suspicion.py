"""The audit finds planted regions, and an independent library agrees on what it says of them."""

from __future__ import annotations

import networkit as nk
import numpy as np
import pytest

from zhima.engine.network import audit, solve
from zhima.engine.network.checks import edges_of as edges_from
from zhima.engine.network.circles import circles_of, strength_sums
from zhima.engine.network.refusals import IndexOutOfRangeError, TermsOutOfRangeError
from zhima.engine.network.suspicion import _cut_before

HONEST, TERMS = 400, {"weight": 0.3, "capacity": 10.0}
Ties = dict[tuple[int, int], float]


def honest_ties(rng: np.random.Generator) -> Ties:
    around = {(i, (i + k) % HONEST): 1.0 for i in range(HONEST) for k in (1, 2, 3)}
    far = {tuple(rng.choice(HONEST, 2, replace=False).tolist()): 1.0 for _ in range(4 * HONEST)}
    return {(min(pair), max(pair)): c for pair, c in (around | far).items()}


def region_ties(first: int, people: int, gates: list[int]) -> Ties:
    ring = {(first + k, first + (k + 1) % people) for k in range(people)}
    chords = {(first + k, first + (k + 5) % people) for k in range(people)}
    inside = {(min(pair), max(pair)): 1.0 for pair in ring | chords}
    return inside | {(out, first + k): 0.5 for k, out in enumerate(gates)}


def edges_of(ties: Ties) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (*np.array(list(ties)).T, np.array(list(ties.values())))


def graph_of(ties: Ties) -> nk.Graph:
    graph = nk.Graph(HONEST + 50, weighted=True)
    for (i, j), strength in ties.items():
        graph.addEdge(i, j, strength)
    return graph


@pytest.fixture
def planted() -> tuple[Ties, set[int], set[int]]:
    ties = honest_ties(np.random.default_rng(3))
    ties |= region_ties(HONEST, 30, [7])
    ties |= region_ties(HONEST + 30, 20, [40, 90, 200])
    return ties, set(range(HONEST, HONEST + 30)), set(range(HONEST + 30, HONEST + 50))


def test_planted_regions_come_first_the_oddest_on_top(
    planted: tuple[Ties, set[int], set[int]],
) -> None:
    ties, odder, odd = planted
    regions = audit(edges_of(ties), people=HONEST + 50, trusted=[0, 100, 300], **TERMS)
    assert [set(region.people.tolist()) for region in regions] == [odder, odd]
    assert [(len(r.people), r.inside_ties, r.gates) for r in regions] == [(30, 60, 1), (20, 40, 3)]


def test_a_cut_is_the_strength_that_leaves_those_before_it() -> None:
    rng = np.random.default_rng(6)
    ties = {(i, j): rng.uniform(0.1, 1) for i in range(20) for j in range(i) if rng.random() < 0.3}
    circles = circles_of(edges_from(edges_of(ties), 20), 20)
    order = rng.permutation(20).astype(np.uint32)
    rows = circles.start, circles.contact, circles.strength
    cuts = _cut_before(*rows, strength_sums(circles), order)
    for place in range(20):
        within = set(order[: place + 1].tolist())
        expected = sum(c for (i, j), c in ties.items() if (i in within) != (j in within))
        assert cuts[place] == pytest.approx(expected, abs=1e-9)


def test_conductance_is_what_networkit_says(planted: tuple[Ties, set[int], set[int]]) -> None:
    ties, *_ = planted
    graph = graph_of(ties)
    for region in audit(edges_of(ties), people=HONEST + 50, trusted=[0], **TERMS):
        oracle = nk.scd.SetConductance(graph, set(region.people.tolist()))
        oracle.run()
        assert region.conductance == pytest.approx(oracle.getConductance())


def test_networkits_personalised_walk_ranks_the_same_people_last(
    planted: tuple[Ties, set[int], set[int]],
) -> None:
    ties, odder, odd = planted
    graph = graph_of(ties)
    reached = dict(nk.scd.ApproximatePageRank(graph, 0.05, 1e-8).run(0))
    ranks = [reached.get(i, 0.0) / graph.weightedDegree(i) for i in range(HONEST + 50)]
    last = set(np.argsort(ranks)[:50].tolist())
    found = audit(edges_of(ties), people=HONEST + 50, trusted=[0, 100, 300], **TERMS)
    assert last == odder | odd == set(np.concatenate([r.people for r in found]).tolist())


def test_networkits_community_of_a_fake_is_the_region_found(
    planted: tuple[Ties, set[int], set[int]],
) -> None:
    ties, odder, _ = planted
    found = audit(edges_of(ties), people=HONEST + 50, trusted=[0], **TERMS)[0]
    nibble = nk.scd.PageRankNibble(graph_of(ties), 0.05, 1e-5)
    assert nibble.expandOneCommunity(HONEST) == set(found.people.tolist()) == odder


def test_what_a_region_can_gain_holds_when_it_tries(
    planted: tuple[Ties, set[int], set[int]],
) -> None:
    ties, *_ = planted
    own = np.concatenate([np.full(HONEST, 600.0), np.zeros(50)])
    scores = solve(own, edges_of(ties), **TERMS)
    for region in audit(edges_of(ties), people=HONEST + 50, trusted=[0], **TERMS):
        assert 0 < scores[region.people].sum() <= region.most_gain_points


def test_a_region_without_any_gate_is_the_oddest_of_all() -> None:
    ties = honest_ties(np.random.default_rng(4)) | region_ties(HONEST, 10, [])
    [region, *_] = audit(edges_of(ties), people=HONEST + 10, trusted=[5], **TERMS)
    assert region.people.tolist() == list(range(HONEST, HONEST + 10))
    assert (region.gates, region.conductance, region.most_gain_points) == (0, 0.0, 0.0)


def test_without_ties_nobody_is_odd() -> None:
    assert audit(([], [], []), people=5, trusted=[0], **TERMS) == ()


def test_trusted_people_must_be_named_and_known() -> None:
    with pytest.raises(TermsOutOfRangeError):
        audit(([0], [1], [1.0]), people=2, trusted=[], **TERMS)
    with pytest.raises(IndexOutOfRangeError):
        audit(([0], [1], [1.0]), people=2, trusted=[2], **TERMS)
