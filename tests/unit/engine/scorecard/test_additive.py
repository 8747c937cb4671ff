"""Tables read out of models, and sums of them."""

from __future__ import annotations

import numpy as np
import pytest

from zhima.engine.scorecard import blend, merging
from zhima.engine.scorecard.additive import Additive, Design, as_codes, as_matrix, mix, tabulate
from zhima.engine.scorecard.trainers import TRAINERS

RNG = np.random.default_rng(5)


def design(rows: int = 400) -> Design:
    """Three columns of 4, 3 and 5 cells, and a pair over the first two."""
    sizes = (4, 3, 5, 4, 3)
    codes = np.column_stack([RNG.integers(0, size, rows) for size in sizes[:3]])
    codes = np.hstack([codes, codes[:, :2]])
    return Design(as_matrix(codes, sizes), sizes, 3, (3, 2, 4), (True,) * 3, (0, 0, -1))


def test_codes_survive_the_matrix() -> None:
    seen = design()
    assert np.isnan(seen.matrix).any()
    assert (as_matrix(as_codes(seen.matrix, seen.sizes), seen.sizes) == seen.matrix)[
        ~np.isnan(seen.matrix)
    ].all()


def test_tables_reproduce_the_model_they_were_read_from() -> None:
    seen = design()
    model = Additive(
        0.5,
        tuple(RNG.normal(size=size) for size in seen.sizes[:3]),
        (RNG.normal(size=(4, 3)),),
    )

    def predict(matrix: np.ndarray) -> np.ndarray:
        return model.log_odds(Design(matrix, *list_of(seen)))

    again = tabulate(predict, seen)
    assert again.log_odds(seen) == pytest.approx(model.log_odds(seen), abs=1e-12)


def list_of(seen: Design) -> tuple[object, ...]:
    return seen.sizes, seen.mains, seen.ordered, seen.numeric, seen.signs


@pytest.mark.parametrize("name", TRAINERS)
def test_trainers_find_a_plain_effect_and_keep_directions(name: str) -> None:
    seen = design(3_000)
    codes = as_codes(seen.matrix, seen.sizes)
    chance = 1 / (1 + np.exp(1.0 - 1.2 * (codes[:, 0] == 2)))
    bad = (RNG.random(3_000) < chance).astype(float)
    model = TRAINERS[name](seen, bad, seed=1)
    effect = model.mains[0] if name == "evidence" else model.mains[0] + model.pairs[0].mean(axis=1)
    assert np.argmax(effect[:3]) == 2
    assert (np.diff(model.mains[2][:4]) <= 1e-9).all()


def test_a_mix_is_the_mix_of_what_is_said() -> None:
    seen = design()
    models = [
        Additive(0.1, tuple(RNG.normal(size=s) for s in seen.sizes[:3]), pairs)
        for pairs in ((RNG.normal(size=(4, 3)),), ())
    ]
    both = mix(models, np.array([0.3, 0.9]), -0.2)
    expected = 0.3 * models[0].log_odds(seen) + 0.9 * models[1].log_odds(seen) - 0.2
    assert both.log_odds(seen) == pytest.approx(expected)


def test_parts_make_the_whole() -> None:
    seen = design()
    model = Additive(
        0.5, tuple(RNG.normal(size=s) for s in seen.sizes[:3]), (RNG.normal(size=(4, 3)),)
    )
    mains, pairs = model.parts()
    assert mains.log_odds(seen) + pairs.log_odds(seen) == pytest.approx(model.log_odds(seen))


def test_weights_prefer_who_is_right_and_calibrate() -> None:
    truth = RNG.normal(size=5_000)
    bad = (RNG.random(5_000) < 1 / (1 + np.exp(-truth))).astype(float)
    noise = RNG.normal(size=5_000)
    silent = np.zeros(5_000)
    said = np.column_stack([2 * truth, silent, noise, noise[::-1]])
    weights, intercept = blend.weights(said, bad)
    assert weights[[0, 2, 3]] == pytest.approx([0.5, 0.0, 0.0], abs=0.08)
    assert (weights >= 0).all()
    assert intercept == pytest.approx(0, abs=0.1)


def test_segments_are_the_best_there_are() -> None:
    values = np.array([0.0, 0.1, 5.0, 5.1, 9.0])
    rows = np.ones(5)
    assert merging.segments(values, rows, max_bins=3) == [2, 4]
    assert merging.merged(values, rows, [2, 4]) == pytest.approx([0.05, 5.05, 9.0])


def test_equal_neighbours_are_joined() -> None:
    assert merging.drop_equal(np.array([1, 1, 2, 2, 1]), [3, 5, 7, 9]) == ([5, 9], [1, 2, 1])
