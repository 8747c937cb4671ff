"""The live network against a plain model that keeps its own books, through random histories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.societies import Society, exact_scores, points, societies, strengths
from zhima.engine.network import Changed, LiveNetwork, solve
from zhima.engine.network import live as live_room

TOLERANCE = 0.05
indices = st.integers(0, 10**6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("set_own"), indices, points),
        st.tuples(st.just("tie"), indices, indices, strengths),
        st.tuples(st.just("untie"), indices),
        st.tuples(st.just("add_person"), points),
        st.tuples(st.just("remove_person"), indices),
        st.tuples(st.just("start_epoch")),
        st.tuples(st.just("set_owns"), st.lists(st.tuples(indices, points), max_size=20)),
        st.tuples(st.just("what_if_leaves"), indices),
    ),
    max_size=25,
)


class Books:
    """Own points, ties and denominators as the rules say, with none of the engine's ideas."""

    def __init__(self, society: Society) -> None:
        self.society = society
        self.own = dict(enumerate(society.own))
        self.ties = {
            (int(i), int(j)): float(np.float32(c)) for i, j, c in zip(*society.edges, strict=True)
        }
        self.people = len(society.own)
        self.least = dict.fromkeys(self.own, society.capacity)
        self.grow()

    def grow(self) -> None:
        for i in self.own:
            total = sum(c for pair, c in self.ties.items() if i in pair)
            self.least[i] = max(self.least[i], total)

    def start_epoch(self) -> None:
        self.least = dict.fromkeys(self.own, self.society.capacity)
        self.grow()

    def present(self, index: int) -> int:
        return sorted(self.own)[index % len(self.own)]

    def exact(self) -> np.ndarray:
        own = np.array([self.own.get(i, 0.0) for i in range(self.people)])
        least = np.array([self.least.get(i, 1.0) for i in range(self.people)])
        edges = tuple(zip(*[(*pair, c) for pair, c in self.ties.items()], strict=True))
        scores = exact_scores(own, edges or ((), (), ()), least, **self.society.terms)
        scores[[i for i in range(self.people) if i not in self.own]] = np.nan
        return scores


def play(network: LiveNetwork, books: Books, step: tuple) -> Changed | None:
    kind, *rest = step
    if kind == "add_person":
        index = network.add_person(rest[0])
        books.own[index], books.least[index] = rest[0], books.society.capacity
        books.people += 1
        assert index == books.people - 1
        return None
    if kind == "start_epoch":
        books.start_epoch()
        return network.start_epoch()
    if not books.own:
        return None
    if kind == "set_own":
        i = books.present(rest[0])
        books.own[i] = rest[1]
        return network.set_own(i, rest[1])
    if kind == "set_owns":
        named = [(books.present(i), p) for i, p in rest[0]]
        books.own.update(named)
        return network.set_owns([i for i, _ in named], [p for _, p in named])
    if kind == "tie":
        i, j = books.present(rest[0]), books.present(rest[1])
        if i == j or {(i, j), (j, i)} & set(books.ties):
            return None
        books.ties[i, j] = float(np.float32(rest[2]))
        books.grow()
        return network.tie(i, j, rest[2])
    if kind == "remove_person":
        i = books.present(rest[0])
        del books.own[i], books.least[i]
        books.ties = {pair: c for pair, c in books.ties.items() if i not in pair}
        return network.remove_person(i)
    if not books.ties:
        return None
    pair = sorted(books.ties)[rest[0] % len(books.ties)]
    if kind == "what_if_leaves":
        before = network.scores()
        expected = network.what_if_leaves(*pair)
        assert network.scores().tobytes() == before.tobytes()
        strength = books.ties.pop(pair)
        assert abs(books.exact()[pair[0]] - expected) <= TOLERANCE
        books.ties[pair] = strength
        return None
    del books.ties[pair]
    return network.untie(*pair[::-1])


def live(society: Society) -> LiveNetwork:
    return LiveNetwork(society.own, society.edges, **society.terms, tolerance_points=TOLERANCE)


@pytest.fixture(params=["pushed", "swept"], autouse=True, scope="module")
def _by_pushes_and_by_sweeps(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small societies would only ever be pushed; the other way must do the same."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "swept":
            patch.setattr(live_room, "LEAST_TO_SWEEP", 0)
        yield


@settings(max_examples=60)
@given(societies(weights=st.floats(0, 0.6)), steps)
def test_every_score_is_right_after_every_step(society: Society, history: list[tuple]) -> None:
    network, books = live(society), Books(society)
    told = network.scores()
    for step in history:
        before = network.scores()
        changed = play(network, books, step)
        after, exact = network.scores(), books.exact()
        error = np.nan_to_num(np.abs(after - exact)).max(initial=0)
        assert error <= network.error_bound() + 1e-9
        assert network.error_bound() <= TOLERANCE
        assert np.array_equal(np.isnan(after), np.isnan(exact))
        told = np.concatenate([told, after[len(told) :]])
        if changed is not None:
            assert np.array_equal(changed.scores, after[changed.indices])
            told[changed.indices] = changed.scores
            moved = np.abs(after - before) > TOLERANCE
            assert set(np.flatnonzero(moved)) <= set(changed.indices.tolist())
        assert np.nanmax(np.abs(told - after), initial=0) <= TOLERANCE * 1.001


@settings(max_examples=60)
@given(societies(), steps)
def test_explanations_are_identities_at_any_moment(society: Society, history: list[tuple]) -> None:
    network, books = live(society), Books(society)
    for step in history:
        play(network, books, step)
    scores = network.scores()
    for i in books.own:
        circle = network.explain(i)
        contacts, given_points = circle
        assert circle.own == books.own[i]
        assert set(contacts.tolist()) == {
            other for pair in books.ties if i in pair for other in pair if other != i
        }
        np.testing.assert_allclose(circle.alone + given_points.sum(), scores[i], atol=1e-9)
        total = circle.own + circle.net.sum() + circle.missing
        np.testing.assert_allclose(total, scores[i], atol=1e-9)


@settings(max_examples=40)
@given(societies(), steps, steps)
def test_same_steps_same_bits_also_through_a_snapshot(
    society: Society, first: list[tuple], second: list[tuple]
) -> None:
    one, other = live(society), live(society)
    books, copy = Books(society), Books(society)
    for step in first:
        play(one, books, step)
        play(other, copy, step)
    with TemporaryDirectory() as folder:
        one.save(Path(folder) / "network")
        one = LiveNetwork.load(Path(folder) / "network")
    assert one.scores().tobytes() == other.scores().tobytes()
    for step in second:
        play(one, books, step)
        play(other, copy, step)
    assert one.scores().tobytes() == other.scores().tobytes()
    assert one.error_bound() == other.error_bound()


@given(societies(weights=st.just(0.0)), steps)
def test_weight_0_shows_own_points_bit_for_bit(society: Society, history: list[tuple]) -> None:
    network, books = live(society), Books(society)
    for step in history:
        if step[0] != "what_if_leaves":
            play(network, books, step)
    own = [books.own.get(i, np.nan) for i in range(books.people)]
    assert np.array_equal(network.scores(), own, equal_nan=True)


def test_thousands_of_mixed_updates_leave_no_drift() -> None:
    rng = np.random.default_rng(5)
    people = 3_000
    own = rng.uniform(0, 600, people)
    i, j = rng.integers(0, people, (2, 6 * people))
    pairs = np.unique(np.sort(np.stack([i, j])[:, i != j], axis=0), axis=1)
    edges = (*pairs, rng.uniform(0.1, 1, pairs.shape[1]).astype(np.float32))
    network = LiveNetwork(own, edges, weight=0.3, capacity=3)
    ties = {(a, b): c for a, b, c in zip(*edges, strict=True)}
    for _ in range(20_000):
        who = int(rng.integers(people))
        own[who] = rng.uniform(0, 600)
        network.set_own(who, own[who])
        pair = tuple(sorted(rng.integers(0, people, 2).tolist()))
        if pair in ties:
            del ties[pair]
            network.untie(*pair)
        elif pair[0] != pair[1]:
            ties[pair] = np.float32(0.5)
            network.tie(*pair, 0.5)
    network.start_epoch()
    left = tuple(
        np.array(column) for column in zip(*[(*p, c) for p, c in ties.items()], strict=True)
    )
    fresh = solve(own, left, weight=0.3, capacity=3, tolerance_points=1e-9)
    assert np.abs(network.scores() - fresh).max() <= network.error_bound() <= 0.05
