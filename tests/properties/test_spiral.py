"""The distance to collapse: below it every spiral dies out, round after round, whoever falls."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.societies import Society, exact_scores, matrix, societies
from zhima.engine.network.spiral import collapse

ROUNDS = 6


def rounds(society: Society, fallen: np.ndarray, reaction: float) -> list[np.ndarray]:
    """Everybody's scores before the fall, after it, and after each round of loosening ties."""
    i, j, strength = (np.asarray(column) for column in society.edges)
    kept = np.maximum(society.tie_sums, society.capacity)

    def solved(own: np.ndarray, ties: np.ndarray) -> np.ndarray:
        return exact_scores(own, (i, j, ties), kept, **society.terms)

    scores = [solved(society.own, strength), solved(fallen, strength)]
    for _ in range(ROUNDS):
        fell = np.maximum(scores[-2] - scores[-1], 0)
        felt = society.weight * strength * (fell[j] / kept[i] + fell[i] / kept[j])
        strength = strength * np.clip(1 - reaction * felt, 0, 1)
        scores.append(solved(fallen, strength))
    return scores


@given(societies(weights=st.floats(0.05, 0.6)), st.data())
def test_no_round_exceeds_its_share_of_the_one_before(
    society: Society, data: st.DataObject
) -> None:
    distance = collapse(weight=society.weight, capacity=society.capacity)
    reaction = data.draw(st.floats(0, 3)) * distance.critical_reaction
    who = data.draw(st.integers(0, len(society.own) - 1))
    fallen = society.own.copy()
    fallen[who] = data.draw(st.floats(0, fallen[who]))
    scores = rounds(society, fallen, reaction)
    moved = [np.abs(after - before).max() for before, after in itertools.pairwise(scores)]
    for before, after in itertools.pairwise(moved):
        assert after <= distance.ratio(reaction) * before + 1e-7
    lost = (scores[0] - scores[-1]).max()
    fall = society.own[who] - fallen[who]
    assert lost <= distance.most_lost(fall, reaction=reaction) + 1e-7


def test_a_spiral_beyond_the_distance_can_feed_itself() -> None:
    """The bound is not idle: two who stand high and drop a third at every hint make him fall on."""
    i, j, strength = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([1.0, 1.0, 1.0])
    society = Society(np.array([200.0, 600.0, 600.0]), (i, j, strength), 0.5, 1.0, "self")
    fallen = np.array([100.0, 600.0, 600.0])
    calm = rounds(society, fallen, 0.0)[-1]
    spiral = rounds(society, fallen, 1.0)[-1]
    assert matrix(3, society.edges).sum() > 0
    assert spiral[0] < calm[0] - 50


def test_without_friends_there_is_no_spiral() -> None:
    assert collapse(weight=0.0, capacity=10).critical_reaction == math.inf
    assert collapse(weight=0.0, capacity=10).most_lost(70, reaction=5) == 70


def test_friends_who_weigh_more_are_nearer_to_collapse() -> None:
    open_, of_2018 = collapse(weight=0.2, capacity=10), collapse(weight=0.05, capacity=10)
    assert open_.critical_reaction == pytest.approx(1 / 6)
    assert of_2018.critical_reaction == pytest.approx(3 + 1 / 6)


def test_a_reaction_that_ties_closer_is_refused() -> None:
    with pytest.raises(ValueError, match="closer"):
        collapse(weight=0.2, capacity=10).ratio(-0.1)
