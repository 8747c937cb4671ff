"""The live network: batches, sweeps, room that grows, marks that run out, rounding repaired."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zhima.engine.kinds import ZhimaError
from zhima.engine.network import LiveNetwork, NetworkError, live, solve, sweeps
from zhima.engine.network.state import LAST_UPDATE

TERMS = {"weight": 0.3, "capacity": 3.0}


def town(people: int = 500, seed: int = 1) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(seed)
    i, j = rng.integers(0, people, (2, 4 * people))
    pairs = np.unique(np.sort(np.stack([i, j])[:, i != j], axis=0), axis=1)
    strength = rng.uniform(0.1, 1, pairs.shape[1]).astype(np.float32)
    return rng.uniform(0, 600, people), (*pairs, strength)


def assert_right(network: LiveNetwork, own: np.ndarray, edges: tuple[np.ndarray, ...]) -> None:
    fresh = solve(own, edges, **TERMS, tolerance_points=1e-9)
    assert np.abs(network.scores() - fresh).max() <= network.error_bound() <= 0.05


def test_a_change_for_everybody_is_swept_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LEAST_TO_SWEEP", 0)
    own, edges = town()
    network = LiveNetwork(own, edges, **TERMS)
    told = network.scores()
    changed = network.set_owns(np.arange(500), own[::-1])
    told[changed.indices] = changed.scores
    assert_right(network, own[::-1], edges)
    assert np.abs(told - network.scores()).max() <= 0.05


def test_of_a_person_named_twice_the_last_points_count() -> None:
    own, edges = town()
    network = LiveNetwork(own, edges, **TERMS)
    network.set_owns([3, 4, 3], [1.0, 2.0, 500.0])
    own[[3, 4]] = 500.0, 2.0
    assert_right(network, own, edges)


def test_many_small_changes_are_reported_once_they_matter() -> None:
    own, edges = town()
    network = LiveNetwork(own, edges, **TERMS)
    told, points, reports = network.scores(), float(own[7]), 0
    for _ in range(40):
        points += 0.02 if points < 500 else -0.02
        changed = network.set_own(7, points)
        told[changed.indices] = changed.scores
        reports += len(changed.indices)
        assert np.abs(told - network.scores()).max() <= 0.0501
    assert 0 < reports < 40


def test_bytes_for_steps_give_the_same_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    own, edges = town()
    near = solve(own, edges, **TERMS, tolerance_points=1e-9)
    monkeypatch.setattr(sweeps, "SMALL_PEOPLE", 0)
    far = solve(own, edges, **TERMS, tolerance_points=1e-9)
    assert np.abs(near - far).max() <= 2e-9


def test_any_number_of_threads_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    own, edges = town()
    whole = solve(own, edges, **TERMS)
    monkeypatch.setattr(sweeps, "PEOPLE_A_TASK", 7)
    assert solve(own, edges, **TERMS).tobytes() == whole.tobytes()


def test_slabs_and_people_outgrow_their_room() -> None:
    own, edges = town(50)
    network = LiveNetwork(own, edges, **TERMS)
    newcomers = network.add_people(np.full(200, 250.0))
    assert newcomers.tolist() == list(range(50, 250))
    i, j = np.triu_indices(200, 1)
    network.ties(newcomers[i], newcomers[j], np.full(len(i), 0.125))
    network.start_epoch()
    joined = [
        np.concatenate([a, b])
        for a, b in zip(edges, (i + 50, j + 50, [0.125] * len(i)), strict=True)
    ]
    assert_right(network, np.concatenate([own, np.full(200, 250.0)]), tuple(joined))


def test_marks_that_run_out_are_wiped() -> None:
    own, edges = town()
    network, other = (LiveNetwork(own, edges, **TERMS) for _ in range(2))
    network._updates = LAST_UPDATE - 2
    for points in (0.0, 600.0, 0.0, 600.0, 300.0):
        one, two = network.set_own(7, points), other.set_own(7, points)
        assert np.array_equal(one.indices, two.indices)
        assert np.array_equal(one.scores, two.scores)


def test_rounding_is_repaired_before_it_counts() -> None:
    own, edges = town()
    network = LiveNetwork(own, edges, **TERMS)
    network._state.node["residual"] += 1e-5
    network._precision.additions = 10**12
    assert network.error_bound() > 0.05
    network.set_own(0, 300.0)
    own[0] = 300.0
    assert_right(network, own, edges)


def test_within_an_epoch_a_denominator_only_grows() -> None:
    network = LiveNetwork([300.0] * 6, ([0], [1], [1.0]), weight=0.3, capacity=1.5)
    network.ties([0, 0, 0], [2, 3, 4], [1.0, 1.0, 1.0])
    assert network.denominators()[0] == pytest.approx(4)
    network.unties([0, 0, 0], [2, 3, 4])
    assert network.denominators()[0] == pytest.approx(4)
    network.start_epoch()
    assert network.denominators()[0] == pytest.approx(1.5)


def test_dropping_a_low_contact_raises_you_at_once_with_self_at_the_epoch_with_ground() -> None:
    own, edges = [400.0, 100.0, 500.0, 500.0], ([0, 0, 0], [1, 2, 3], [1.0, 1.0, 1.0])
    for missing, at_once in (("self", True), ("ground", False)):
        network = LiveNetwork(own, edges, weight=0.3, capacity=1.0, missing=missing)
        before = network.scores()[0]
        expected = network.what_if_leaves(0, 1)
        network.untie(0, 1)
        assert network.scores()[0] == pytest.approx(expected, abs=0.05)
        assert (network.scores()[0] > before) == at_once
        network.start_epoch()
        assert network.scores()[0] > before


def test_being_dropped_by_somebody_above_lowers_you() -> None:
    network = LiveNetwork([200.0, 550.0], ([0], [1], [1.0]), weight=0.3, capacity=1.0)
    assert network.scores()[0] > 200
    network.untie(1, 0)
    assert network.scores().tolist() == [200.0, 550.0]


def test_who_left_has_no_score_and_counts_for_nobody() -> None:
    own, edges = town(40)
    network = LiveNetwork(own, edges, **TERMS)
    changed = network.remove_people([3, 9])
    assert not {3, 9} & set(changed.indices.tolist())
    assert np.flatnonzero(np.isnan(network.scores())).tolist() == [3, 9]
    network.start_epoch()
    stay = ~np.isin(edges[0], [3, 9]) & ~np.isin(edges[1], [3, 9])
    fresh = solve(own, tuple(column[stay] for column in edges), **TERMS, tolerance_points=1e-9)
    others = np.delete(np.arange(40), [3, 9])
    assert np.abs(network.scores() - fresh)[others].max() <= network.error_bound()


def test_a_failed_save_leaves_the_old_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, edges = town(40)
    network = LiveNetwork(own, edges, **TERMS)
    network.save(tmp_path / "network")
    whole = (tmp_path / "network").read_bytes()
    network.set_own(0, 5.0)

    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr("zhima.engine.network.snapshot._packed_rows", power_cut)
    with pytest.raises(ZhimaError, match="power cut"):
        network.save(tmp_path / "network")
    assert (tmp_path / "network").read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["network"]


def test_a_snapshot_carries_on_after_everything_that_can_happen(tmp_path: Path) -> None:
    own, edges = town(40)
    network = LiveNetwork(own, edges, **TERMS, tie_cap=39)
    network.remove_person(5)
    network.add_person(77.0, tie_cap=2)
    network.save(tmp_path / "network")
    again = LiveNetwork.load(tmp_path / "network")
    assert again.terms == network.terms
    assert again.people == network.people
    assert np.array_equal(again.scores(), network.scores(), equal_nan=True)
    assert again.explain(1).contacts.tolist() == network.explain(1).contacts.tolist()
    again.ties([40, 40], [1, 2], [0.5, 0.5])
    with pytest.raises(NetworkError):
        again.tie(40, 3, 0.5)


def test_one_score_and_one_tie_are_what_the_explanation_says() -> None:
    own, edges = town(40)
    network = LiveNetwork(own, edges, **TERMS)
    network.untie(int(edges[0][0]), int(edges[1][0]))
    for i in range(40):
        split = network.explain(i)
        assert network.score(i) == split.score
        assert {j for j in range(40) if network.is_tied(i, j)} == set(split.contacts.tolist())


def test_an_empty_network_is_a_network() -> None:
    network = LiveNetwork([], ([], [], []), **TERMS)
    assert network.scores().shape == (0,)
    assert network.error_bound() < 0.05
    assert network.add_person(300.0) == 0
    assert network.add_person(100.0) == 1
    network.tie(0, 1, 0.5)
    assert network.scores()[1] > 100
