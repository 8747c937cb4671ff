"""Cases of upheld appeals. Each file is as `zhima city manage export_appeals` writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests import appeal_cases

CASES = sorted((Path(__file__).parents[2] / "cases" / "appeals").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_struck_item_takes_nothing_any_more(path: Path) -> None:
    appeal_cases.run(YAML(typ="safe").load(path))


def test_there_are_cases() -> None:
    assert CASES


def test_a_case_that_says_otherwise_fails() -> None:
    case = YAML(typ="safe").load(CASES[0])
    case["then"]["own_when_struck"] += 1
    with pytest.raises(AssertionError):
        appeal_cases.run(case)
