"""Cases of upheld appeals: what a wrong item took, and what striking it gave back.

Each file is as `zhima city manage export_appeals` writes it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from zhima.engine.features.history import history
from zhima.engine.score.fit import load_policy
from zhima.engine.score.imagined import imagined_events
from zhima.engine.score.live import LivePerson

CASES = sorted((Path(__file__).parents[2] / "cases" / "appeals").glob("*.yaml"))


def points(lines: list[str], case: dict[str, Any]) -> int:
    as_of = datetime.fromisoformat(case["as_of"])
    person = LivePerson(load_policy(case["rulebook"], as_of=as_of.date()))
    events = imagined_events("somebody", lines, as_of=as_of)
    return person.own(history(events), as_of=as_of).points


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_struck_item_takes_nothing_any_more(path: Path) -> None:
    case = YAML(typ="safe").load(path)
    assert points([*case["given"], case["item"]], case) == case["then"]["own_with_item"]
    assert points(case["given"], case) == case["then"]["own_when_struck"]


def test_there_are_cases() -> None:
    assert CASES
