"""Whatever one thing in a file is changed into, a command does its work or says one sentence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.a_towns_files import settle
from tests.hostile_files import hostile
from tests.journeys.test_every_command import COMMANDS, QUICK, is_one_sentence, run

EXAMPLES = 5
"""A slot, the same in every run; more, and not derandomized, when something is to be found."""
COMMANDS_A_FILE = 2
NO_NODES = ("/", ".csv", ".db")
"""How files end that test_every_command spoils in ways of their own."""
SCORING_TWICE = ("what-if", "rulebook diff", "rulebook backtest")
"""Commands that read the files of `score`, and take longer."""


def _slots() -> list[tuple[str, str]]:
    """Some commands for each file that any of them reads."""
    used: Counter[str] = Counter()
    found = []
    for name in QUICK:
        for slot, file in COMMANDS[name].get("reads", {}).items():
            asked = not file.endswith(NO_NODES) and not name.startswith(SCORING_TWICE)
            if asked and used[file] < COMMANDS_A_FILE:
                used[file] += 1
                found.append((name, slot))
    return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    settle(folder)
    return folder


@pytest.mark.parametrize(("name", "slot"), _slots())
def test_a_changed_file_never_ends_a_command_untold(town: Path, name: str, slot: str) -> None:
    sound = town / COMMANDS[name]["reads"][slot]
    path = sound.with_name(f"hostile{sound.suffix}")

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(hostile(sound))
    def tried(content: bytes) -> None:
        path.write_bytes(content)
        done = run(town, name, {slot: path.relative_to(town).as_posix()})
        if done.returncode not in {0, 3}:
            assert is_one_sentence(done), done.stderr

    tried()


@pytest.mark.parametrize("name", ["rulebook check", "import", "validate"])
def test_a_written_file_of_100_mb_is_refused_unread(town: Path, name: str) -> None:
    slot = {"rulebook check": "name", "import": "map", "validate": "card"}[name]
    sound = town / COMMANDS[name]["reads"][slot]
    path = sound.with_name(f"huge{sound.suffix}")
    with path.open("wb") as file:
        file.write(b"a: [")
        file.truncate(100 << 20)
    done = run(town, name, {slot: path.name})
    path.unlink()
    assert is_one_sentence(done), done.stderr
    assert "it has 104,857,600 bytes" in done.stderr
