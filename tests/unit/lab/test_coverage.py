"""G2: the society seen whole beside the society that chooses, scored by the real engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.command import zhima
from zhima.lab import coverage
from zhima.lab.coverage import FULL, OLD_RULES, OPT_IN, Outcome, Society

PEOPLE = 120


@pytest.fixture(scope="module")
def society() -> Society:
    return coverage.settle(people=PEOPLE, seed=3)


@pytest.fixture(scope="module")
def worlds(society, tmp_path_factory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("worlds")
    return {w.name: coverage.play(society, w, folder=folder) for w in coverage.WORLDS}


def test_full_coverage_leaves_nobody_out_and_sees_everything(society, worlds) -> None:
    chosen, full = worlds[OPT_IN.name], worlds[FULL.name]
    assert full.scored == PEOPLE > chosen.scored
    held = len(society.acts) + PEOPLE + full.listed
    assert full.items_a_person == round(held / PEOPLE, 1)
    assert chosen.items_a_person < full.items_a_person / 2
    assert sum(full.bands.values()) == full.scored


def test_whoever_is_on_the_one_list_is_let_in_nowhere(worlds) -> None:
    full, old = worlds[FULL.name], worlds[OLD_RULES.name]
    assert full.listed > 0
    assert full.shut_out >= full.listed
    assert old.listed == 0


def test_only_the_rules_differ_between_the_two_that_choose(worlds) -> None:
    chosen, old = worlds[OPT_IN.name], worlds[OLD_RULES.name]
    assert (chosen.scored, chosen.items_a_person) == (old.scored, old.items_a_person)
    assert chosen.rulebook != old.rulebook


def test_the_same_seed_is_the_same_society(society, worlds, tmp_path: Path) -> None:
    again = coverage.play(coverage.settle(people=PEOPLE, seed=3), FULL, folder=tmp_path)
    assert again == worlds[FULL.name]
    assert coverage.settle(people=PEOPLE, seed=4).acts != society.acts


def test_the_command_prints_them_side_by_side(tmp_path: Path) -> None:
    done = zhima("lab", "2020", "--people", "60", "--seed", "3", "--json", tmp_path / "2020.json")
    assert done.returncode == 0, done.stderr
    assert "people with a score" in done.stdout
    assert "60 of 60" in done.stdout
    worlds = json.loads((tmp_path / "2020.json").read_text())["worlds"]
    assert [each["world"] for each in worlds] == [w.name for w in coverage.WORLDS]
    assert zhima("lab", "2020", "--people", "1").returncode == 2
