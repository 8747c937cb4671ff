"""Rulebooks load as of a day, and bad ones are refused with file, line and reason."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.rulebook import check, load, shipped_names
from zhima.engine.rulebook.load import SHIPPED

NAN = float("nan")
CASES = Path(__file__).parents[3] / "cases" / "bad_rulebooks.yaml"
DAY = date(2026, 9, 1)


def cases() -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in YAML(typ="safe").load(CASES)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "rulebooks"))


def line_of(text: str, needle: str, occurrence: int) -> int:
    place = -1
    for _ in range(occurrence):
        place = text.index(needle, place + 1)
    return text.count("\n", 0, place) + 1


@pytest.mark.parametrize("case", cases())
def test_a_bad_rulebook_is_refused_at_its_line(case: dict[str, Any], folder: Path) -> None:
    path = folder / f"{case['rulebook']}.yaml"
    text = path.read_text(encoding="utf-8")
    assert case["replace"] in text, "the case no longer fits the rulebook"
    changed = text.replace(case["replace"], case["by"], 1)
    path.write_text(changed, encoding="utf-8")
    needle = case.get("at", case["by"])
    with pytest.raises(ZhimaError) as refusal:
        check(str(path))
    assert case["reason"] in str(refusal.value)
    assert f"{path}:{line_of(changed, needle, case.get('occurrence', 1))}: " in str(refusal.value)


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_rulebook_loads_on_every_day_it_changes(name: str) -> None:
    assert check(name)


def test_old_dates_keep_their_rules() -> None:
    before = load("zhima-2018", as_of=date(2015, 6, 1)).rules
    after = load("zhima-2018", as_of=date(2016, 6, 1)).rules
    assert (before.evidence.court_lists, after.evidence.court_lists) == (False, True)
    assert len(before.door("bike").levels) == 1


def test_before_its_first_day_a_rulebook_says_so() -> None:
    with pytest.raises(ZhimaError, match="has no value before 2026-01-01"):
        load("open", as_of=date(2025, 12, 31))


def test_the_hash_names_the_policy_and_not_the_day() -> None:
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    assert load("open", as_of=date(2026, 2, 1)).sha256 == load("open", as_of=june).sha256
    assert load("open", as_of=july).sha256 != load("open", as_of=june).sha256


def test_the_hash_covers_the_card(folder: Path) -> None:
    path = str(folder / "open.yaml")
    before = load(path, as_of=DAY).sha256
    card = folder / load(path, as_of=DAY).rules.card
    card.write_text(card.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert load(path, as_of=DAY).sha256 != before


def test_comments_do_not_change_the_hash(folder: Path) -> None:
    path = folder / "open.yaml"
    before = load(str(path), as_of=DAY).sha256
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load(str(path), as_of=DAY).sha256 == before


def test_every_parameter_cites_its_source() -> None:
    citations = load("open", as_of=DAY).citations
    assert all(citation.why and citation.source for citation in citations.values())
    assert ("friends", "weight") in citations


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ZhimaError, match="gdpr, open, zhima-2018"):
        load("nowhere", as_of=DAY)


def test_gdpr_switches_friends_off() -> None:
    rules = load("gdpr", as_of=DAY).rules
    assert rules.friends.weight == 0
    assert rules.share(Factor.CONNECTIONS) == 0


def test_caps_go_by_the_level_of_identity() -> None:
    friends = load("open", as_of=DAY).rules.friends
    levels = [NAN, -1, 0, 1, 1.5, 2, 9]
    assert friends.tie_caps(levels).tolist() == [150, 150, 150, 300, 300, 500, 500]
    ungated = load("zhima-2018", as_of=DAY).rules.friends
    assert ungated.tie_caps(levels).tolist() == [500] * len(levels)
