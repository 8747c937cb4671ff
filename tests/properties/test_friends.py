"""Every property claimed for friends: unique, bounded, exact by contact, harm and fakes held."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.societies import Society, exact_scores, matrix, points, societies, strengths
from zhima.engine.network import attribute, solve

TIGHT = 1e-9
positive_weights = st.floats(0.05, 0.6)


@given(societies(), st.sampled_from([1e-9, 0.001, 5.0]))
def test_the_error_is_at_most_the_tolerance_asked_for(society: Society, tolerance: float) -> None:
    scores = solve(society.own, society.edges, **society.terms, tolerance_points=tolerance)
    assert np.abs(scores - society.exact()).max() <= tolerance + 1e-10


@given(societies())
def test_scores_stay_within_the_range(society: Society) -> None:
    for tolerance in (50.0, TIGHT):
        scores = solve(society.own, society.edges, **society.terms, tolerance_points=tolerance)
        assert scores.min() >= 0
        assert scores.max() <= 600


@given(societies())
def test_with_self_scores_stay_within_the_own_points_around(society: Society) -> None:
    society = society._replace(missing="self")
    scores = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    assert scores.min() >= society.own.min() - 1e-8
    assert scores.max() <= society.own.max() + 1e-8


@given(societies(), st.data())
def test_a_change_of_own_points_is_nowhere_enlarged(society: Society, data: st.DataObject) -> None:
    other = np.array(
        data.draw(st.lists(points, min_size=len(society.own), max_size=len(society.own)))
    )
    before = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    after = solve(other, society.edges, **society.terms, tolerance_points=TIGHT)
    assert np.abs(after - before).max() <= np.abs(other - society.own).max() + 1e-8


@given(societies())
def test_there_is_one_fixpoint_and_every_start_leads_to_it(society: Society) -> None:
    people, a = len(society.own), society.weight
    w = matrix(people, society.edges) / np.maximum(society.tie_sums, society.capacity)[:, None]
    rest = 1 - w.sum(axis=1) if society.missing == "self" else np.zeros(people)
    low, high = np.zeros(people), np.full(people, 600.0)
    for _ in range(5):
        apart = np.abs(high - low).max()
        low, high = ((1 - a) * society.own + a * (w @ x + rest * society.own) for x in (low, high))
        assert np.abs(high - low).max() <= a * apart + 1e-9
    found = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    assert np.all((low - 1e-8 <= found) & (found <= high + 1e-8))


@given(societies(weights=st.just(0.0)))
def test_weight_0_has_no_effect_at_all(society: Society) -> None:
    scores = solve(society.own, society.edges, **society.terms)
    assert scores.tobytes() == society.own.tobytes()
    split = attribute(society.own, society.edges, scores, **society.terms)
    assert not split.gross.any()
    assert not split.net.any()
    assert not split.missing.any()


@given(societies())
def test_contacts_points_sum_to_the_score_in_both_forms(society: Society) -> None:
    scores = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    split = attribute(society.own, society.edges, scores, **society.terms)
    for i, own in enumerate(society.own):
        row = slice(int(split.start[i]), int(split.start[i + 1]))
        net, gross = split.net[row].sum(), split.gross[row].sum()
        np.testing.assert_allclose(own + net + split.missing[i], scores[i], atol=1e-8)
        np.testing.assert_allclose(split.alone[i] + gross, scores[i], atol=1e-8)


@given(societies())
def test_one_contact_brings_exactly_their_share_of_their_score(society: Society) -> None:
    scores = solve(society.own, society.edges, **society.terms)
    split = attribute(society.own, society.edges, scores, **society.terms)
    w = matrix(len(scores), society.edges) / np.maximum(society.tie_sums, society.capacity)[:, None]
    for i in range(len(scores)):
        row = slice(int(split.start[i]), int(split.start[i + 1]))
        j = split.contact[row]
        np.testing.assert_allclose(split.gross[row], society.weight * w[i, j] * scores[j])
        net = society.weight * w[i, j] * (scores[j] - society.own[i])
        np.testing.assert_allclose(split.net[row], net, atol=1e-10)


@given(societies(weights=positive_weights), st.data())
def test_harm_to_all_others_together_is_bounded(society: Society, data: st.DataObject) -> None:
    j = data.draw(st.integers(0, len(society.own) - 1))
    fallen = society.own.copy()
    fallen[j] = data.draw(st.floats(0, society.own[j]))
    before = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    after = solve(fallen, society.edges, **society.terms, tolerance_points=TIGHT)
    lost = np.delete(before - after, j).sum()
    bound = society.weight * society.tie_sums[j] * (society.own[j] - fallen[j]) / society.capacity
    if society.missing == "self":
        bound /= 1 - society.weight
    assert -1e-7 <= lost <= bound + 1e-7


@given(
    societies(weights=positive_weights),
    st.integers(1, 25),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), strengths), max_size=6),
    st.booleans(),
)
def test_a_fake_region_gains_at_most_the_bound_a_gate(
    honest: Society, fakes: int, gates: list[tuple[int, int, float]], clique: bool
) -> None:
    known, total = len(honest.own), len(honest.own) + fakes
    ring = {(known + k, known + (k + 1) % fakes) for k in range(fakes)}
    if clique:
        ring = {(i, j) for i in range(known, total) for j in range(known, total)}
    inside = {(min(pair), max(pair)): 1.0 for pair in ring if pair[0] != pair[1]}
    doors = {(out % known, known + fake % fakes): c for out, fake, c in gates}
    ties = [
        (*pair, c)
        for pair, c in zip(zip(*honest.edges[:2], strict=True), honest.edges[2], strict=True)
    ]
    ties += [(*pair, c) for pair, c in (inside | doors).items()]
    edges = tuple(np.array([tie[k] for tie in ties]) for k in range(3)) if ties else ([], [], [])
    own = np.concatenate([honest.own, np.zeros(fakes)])
    scores = solve(own, edges, **honest.terms, tolerance_points=TIGHT)
    a, m = honest.weight, honest.capacity
    a_gate = 600 * a / ((1 - a) * m)
    gained = scores[known:].sum()
    assert gained <= a_gate * sum(doors.values()) + 1e-6
    assert gained <= a_gate * len(doors) + 1e-6


@given(societies(), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(society: Society, random: object) -> None:
    people, ties = len(society.own), len(society.edges[0])
    renamed, order = list(range(people)), list(range(ties))
    random.shuffle(renamed)  # type: ignore[attr-defined]
    random.shuffle(order)  # type: ignore[attr-defined]
    new = np.array(renamed)
    own = np.empty(people)
    own[new] = society.own
    i, j, strength = (column[order] for column in society.edges)
    scores = solve(society.own, society.edges, **society.terms, tolerance_points=TIGHT)
    again = solve(own, (new[j], new[i], strength), **society.terms, tolerance_points=TIGHT)
    np.testing.assert_allclose(again[new], scores, atol=1e-8)


@given(societies())
def test_the_same_input_gives_the_same_bits(society: Society) -> None:
    first, second = (solve(society.own, society.edges, **society.terms) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@settings(max_examples=30)
@given(societies(weights=positive_weights))
def test_the_tests_own_solver_holds_the_equation(society: Society) -> None:
    denominators = np.maximum(society.tie_sums, society.capacity)
    x = exact_scores(society.own, society.edges, denominators, **society.terms)
    a = society.weight
    for i, own in enumerate(society.own):
        w = matrix(len(x), society.edges)[i] / denominators[i]
        rest = (1 - w.sum()) * own if society.missing == "self" else 0.0
        np.testing.assert_allclose(x[i], (1 - a) * own + a * (w @ x + rest), atol=1e-8)
