"""A rulebook of one's own begins as a copy that loads, and writes over nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook import load, shipped_names
from zhima.engine.rulebook.copying import copy

DAYS = (date(2026, 1, 1), date(2026, 9, 1))


@pytest.mark.parametrize("name", shipped_names())
def test_a_copy_says_the_same_under_its_own_name(name: str, tmp_path: Path) -> None:
    written = copy(name, tmp_path / "ours.yaml")
    assert tmp_path / "ours.yaml" in written
    for day in DAYS:
        ours, theirs = load(str(tmp_path / "ours.yaml"), as_of=day), load(name, as_of=day)
        assert ours.rules == theirs.rules.model_copy(update={"id": "ours"})
        assert ours.name.startswith("ours#")


def test_a_second_copy_shares_the_cards(tmp_path: Path) -> None:
    copy("open", tmp_path / "ours.yaml")
    assert copy("open", tmp_path / "theirs.yaml") == (tmp_path / "theirs.yaml",)


@pytest.mark.parametrize("file", ["ours.yaml", "features.yaml", "cards/household.yaml"])
def test_nothing_is_written_over(file: str, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / file).write_text("mine")
    with pytest.raises(ZhimaError, match="is there already, with other content"):
        copy("open", tmp_path / "ours.yaml")
    assert [path.name for path in tmp_path.rglob("*.yaml")] == [Path(file).name]
    assert (tmp_path / file).read_text() == "mine"


def test_a_name_that_can_be_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZhimaError, match="the file's name is the rulebook's id"):
        copy("open", tmp_path / "Our Rules.yaml")
    assert not list(tmp_path.iterdir())
