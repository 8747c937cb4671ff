"""Runs the case of an upheld appeal: what a wrong item took, and what striking it gave back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhima.engine.features.history import history
from zhima.engine.score.fit import load_policy
from zhima.engine.score.imagined import imagined_events
from zhima.engine.score.live import LivePerson


def run(case: dict[str, Any]) -> None:
    """Score the record with the item and without it; what the case says must come out."""
    assert points([*case["given"], case["item"]], case) == case["then"]["own_with_item"]
    assert points(case["given"], case) == case["then"]["own_when_struck"]


def points(lines: list[str], case: dict[str, Any]) -> int:
    """Own points of somebody about whom just these lines are on file."""
    as_of = datetime.fromisoformat(case["as_of"])
    person = LivePerson(load_policy(case["rulebook"], as_of=as_of.date()))
    events = imagined_events("somebody", lines, as_of=as_of)
    return person.own(history(events), as_of=as_of).points
