"""Pairs that two columns earn together."""

from __future__ import annotations

import numpy as np

from zhima.engine.scorecard import pairing
from zhima.engine.scorecard.additive import Design, as_matrix

SIZES = (9, 9, 9, 9)
RNG = np.random.default_rng(2)
CODES = RNG.integers(0, 8, (3_000, 4))


def chosen(bad: np.ndarray, *, signs: tuple[int, ...] = (0, 0, 0, 0)) -> list[pairing.CoarsePair]:
    seen = Design(as_matrix(CODES, SIZES), SIZES, 4, (8,) * 4, (True,) * 4, signs)
    return pairing.choose(seen, bad, np.zeros(len(bad)), max_pairs=3)


def crossed() -> np.ndarray:
    together = (CODES[:, 1] < 4) == (CODES[:, 3] < 4)
    return (RNG.random(3_000) < np.where(together, 0.65, 0.35)).astype(float)


def test_a_crossing_is_found_and_noise_is_not() -> None:
    found = chosen(crossed())
    assert [pair.columns for pair in found] == [(1, 3)]
    assert all(3 in cuts for cuts in found[0].cuts), "both sides are cut in the middle"
    assert chosen((RNG.random(3_000) < 0.5).astype(float)) == []


def test_what_each_column_says_alone_earns_nothing() -> None:
    assert chosen((RNG.random(3_000) < 0.2 + 0.6 * (CODES[:, 1] < 4)).astype(float)) == []


def test_a_declared_direction_takes_no_part() -> None:
    assert chosen(crossed(), signs=(0, 1, 0, 0)) == []
