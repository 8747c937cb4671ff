"""The smooth trainer: shapes it must find, noise it must not."""

from __future__ import annotations

import numpy as np
import pytest

from zhima.engine.scorecard import smooth as room
from zhima.engine.scorecard.additive import Design, as_matrix
from zhima.engine.scorecard.smooth import smooth

CELLS = 20
RNG = np.random.default_rng(8)


def design(codes: np.ndarray, pairs: int = 0) -> Design:
    """Columns of 20 ordered cells and one for missing; pairs follow two by two."""
    mains = codes.shape[1] - 2 * pairs
    sizes = (CELLS + 1,) * codes.shape[1]
    return Design(
        as_matrix(codes, sizes), sizes, mains, (CELLS,) * mains, (True,) * mains, (0,) * mains
    )


def outcomes(log_odds: np.ndarray) -> np.ndarray:
    return (RNG.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(float)


def test_a_line_is_found_and_noise_is_flat() -> None:
    codes = RNG.integers(0, CELLS, (6_000, 2))
    model = smooth(design(codes), outcomes(-1 + 0.15 * codes[:, 0]), seed=0)
    line, noise = (table[:CELLS] for table in model.mains)
    assert line - line.mean() == pytest.approx(0.15 * (np.arange(CELLS) - 9.5), abs=0.25)
    assert np.abs(noise).max() < 0.15


def test_a_rare_outcome_does_not_make_it_leap() -> None:
    codes = RNG.integers(0, CELLS, (4_000, 1))
    bad = outcomes(np.where(codes[:, 0] == 3, 4.0, -6.0))
    table = smooth(design(codes), bad, seed=0).mains[0]
    assert np.isfinite(table).all()
    assert np.argmax(table) == 3
    assert table[3] - np.median(table) > 4


def test_what_two_columns_say_together_is_found() -> None:
    codes = RNG.integers(0, CELLS, (6_000, 2))
    both = (codes[:, 0] < 10) == (codes[:, 1] < 10)
    coarse = np.where(codes < 10, 0, 10)
    model = smooth(
        design(np.hstack([codes, coarse]), 1), outcomes(np.where(both, 1.0, -1.0)), seed=0
    )
    corners = model.pairs[0][np.ix_([0, 10], [0, 10])]
    assert corners == pytest.approx(np.array([[1.0, -1.0], [-1.0, 1.0]]), abs=0.25)


def test_of_more_columns_than_fit_the_telling_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_CELLS", 30)
    codes = RNG.integers(0, CELLS, (3_000, 12))
    model = smooth(design(codes), outcomes(np.where(codes[:, 7] < 10, 1.0, -1.0)), seed=0)
    spoken = [np.ptp(table) for table in model.mains]
    assert int(np.argmax(spoken)) == 7
    assert sum(spread > 0 for spread in spoken) == 30 // room.MIN_CELLS
