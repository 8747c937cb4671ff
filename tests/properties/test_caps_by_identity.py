"""A rulebook's caps of ties by level of identity hold in every way to a score."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from zhima.engine.events.table import EVENTS
from zhima.engine.network.files import read_neighbourhood
from zhima.engine.score.fit import Policy, load_policy
from zhima.engine.score.population import score_population

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
LEVELS = {"ana": None, "bo": 1, "chen": 2, "dia": 2, "eve": 2}
CAPS = (1, 2, 4)
KEPT = [("bo", "chen"), ("ana", "bo"), ("chen", "dia"), ("chen", "eve"), ("dia", "eve")]
"""Of all ten pairs, oldest first: `ana` may have one, `bo` two."""
OLDEST_FIRST = [
    ("bo", "chen"),
    ("ana", "bo"),
    ("ana", "chen"),
    ("ana", "dia"),
    ("ana", "eve"),
    ("bo", "dia"),
    ("bo", "eve"),
    ("chen", "dia"),
    ("chen", "eve"),
    ("dia", "eve"),
]


@pytest.fixture
def policy() -> Policy:
    loaded = load_policy("open", as_of=date(2026, 9, 1))
    rules = loaded.rulebook.rules
    friends = rules.friends.model_copy(update={"tie_cap": CAPS})
    rules = rules.model_copy(update={"friends": friends})
    return replace(loaded, rulebook=replace(loaded.rulebook, rules=rules))


@pytest.fixture
def ties(tmp_path: Path) -> Path:
    rows = [
        {"person_id": one, "contact_id": other, "strength": 1.0, "since": since, "until": None}
        for month, pair in enumerate(OLDEST_FIRST, start=1)
        for since in [datetime(2025, month, 1, tzinfo=UTC)]
        for one, other in (pair, pair[::-1])
    ]
    path = tmp_path / "ties.parquet"
    pa_parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def event(person: str, level: int) -> dict[str, object]:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    return {
        "event_id": f"{person}:{level}",
        "person_id": person,
        "kind": "identity.verified",
        "occurred_at": at,
        "recorded_at": at,
        "context": json.dumps({"level": level}),
    }


def test_in_a_batch(policy: Policy, ties: Path) -> None:
    events = pa.Table.from_pylist(
        [event(name, level) for name, level in LEVELS.items() if level is not None], schema=EVENTS
    )
    _, mutual = score_population(events=events, ties=ties, policy=policy, as_of=AS_OF)
    assert pairs(mutual.i, mutual.j) == sorted(KEPT)
    assert mutual.counts == {"over_cap": len(OLDEST_FIRST) - len(KEPT)}


def test_from_two_files(policy: Policy, ties: Path, tmp_path: Path) -> None:
    friends = policy.rulebook.rules.friends
    own = tmp_path / "own.parquet"
    table = {"person_id": list(LEVELS), "own": [300.0] * 5, "identity_level": [*LEVELS.values()]}
    pa_parquet.write_table(pa.table(table), own)
    found = read_neighbourhood(
        own,
        ties,
        as_of=AS_OF,
        weight=friends.weight,
        capacity=friends.capacity,
        missing=friends.missing.value,
        caps=friends.tie_caps,
        ramp_days=0,
    )
    assert pairs(found.ties.i, found.ties.j) == sorted(KEPT)


def pairs(i: np.ndarray, j: np.ndarray) -> list[tuple[str, str]]:
    names = list(LEVELS)
    return sorted(tuple(sorted((names[a], names[b]))) for a, b in zip(i, j, strict=True))
