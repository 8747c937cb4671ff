"""Two hundred appeals in a society of five hundred: as if the item had never been.

Each chain: somebody breaks an agreement, some contacts drop them, some of those drop others; then
the appeal is upheld, the item is struck and every offered tie is taken back. The live network must
then stand where a fresh solve of the world without the item stands.
"""

from __future__ import annotations

import numpy as np
import pytest

from zhima.engine.network import LiveNetwork, solve

PEOPLE, TIES, CHAINS = 500, 2_000, 200
TOLERANCE = 0.05


def society(draw: np.random.Generator) -> tuple[np.ndarray, dict[tuple[int, int], float]]:
    own = draw.uniform(100, 600, PEOPLE).round()
    ties: dict[tuple[int, int], float] = {}
    while len(ties) < TIES:
        i, j = sorted(int(each) for each in draw.integers(0, PEOPLE, 2))
        if i != j:
            ties[i, j] = float(np.float32(draw.uniform(0.1, 1)))
    return own, ties


def edges(ties: dict[tuple[int, int], float]) -> tuple[list[int], list[int], list[float]]:
    return [i for i, _ in ties], [j for _, j in ties], list(ties.values())


def drop(live: LiveNetwork, ties: dict, person: int, draw: np.random.Generator) -> list:
    """Contacts end their tie with the person; some of them are dropped in turn."""
    dropped = []
    for pair in [pair for pair in ties if person in pair]:
        if draw.random() < 0.5:
            live.untie(*pair)
            dropped.append((pair, ties.pop(pair)))
    for (i, j), _ in dropped[:2]:
        other = j if i == person else i
        for pair in [pair for pair in ties if other in pair][:1]:
            live.untie(*pair)
            dropped.append((pair, ties.pop(pair)))
    return dropped


@pytest.mark.parametrize("missing", ["self", "ground"])
def test_the_replayed_world_is_the_world_without_the_item(missing: str) -> None:
    draw = np.random.default_rng(20261125)
    own, ties = society(draw)
    terms = {"weight": 0.2, "capacity": 10.0, "missing": missing}
    live = LiveNetwork(own, edges(ties), **terms)
    never = solve(own, edges(ties), tolerance_points=1e-6, **terms)
    moved = 0
    for _ in range(CHAINS):
        person = int(draw.integers(PEOPLE))
        changed = live.set_own(person, max(own[person] - draw.integers(50, 300), 0))
        moved += len(changed.indices)
        dropped = drop(live, ties, person, draw)
        live.set_own(person, own[person])
        for pair, strength in dropped:
            live.tie(*pair, strength)
            ties[pair] = strength
        assert np.abs(live.scores() - never).max() <= 2 * TOLERANCE
    assert moved > CHAINS
    live.start_epoch()
    assert np.abs(live.scores() - never).max() <= TOLERANCE
