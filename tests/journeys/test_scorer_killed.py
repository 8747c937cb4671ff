"""Killing whoever scores and whoever reports: nothing is lost and nothing counts twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer, memory_folder

ROOT = Path(__file__).parents[2]
KILLS = 4


class World:
    """A city in a folder, or in a database of its own."""

    def __init__(self, home: str, url: str | None, server: PostgresServer | None) -> None:
        self.server = server
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "zhima.city.settings",
            "ZHIMA_HOME": home,
            "ZHIMA_MODE": "demo",
        }
        if url:
            self.env["DATABASE_URL"] = url

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A process of this city."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.scorer_world", *words],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        """A process that ends by itself; what it told."""
        process = self.start(*words)
        told, _ = process.communicate(timeout=240)
        assert process.returncode == 0
        return told


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with tempfile.TemporaryDirectory(dir=memory_folder()) as home:
        url = server = None
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            url = request.getfixturevalue("new_city_url")()
        else:
            request.getfixturevalue("laid_out").tables(Path(home))
        made = World(home, url, server)
        made.run("fill")
        yield made


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Kill it; the whole lines it told."""
    process.kill()
    told, _ = process.communicate()
    # The last line may be cut short.
    return told[: told.rfind("\n") + 1].splitlines()


def listened(process: subprocess.Popen[str], *, lines: int) -> list[str]:
    """So many lines of what it tells."""
    return [process.stdout.readline().rstrip() for _ in range(lines)]


def require_sound(world: World, told: list[str]) -> None:
    found = json.loads(world.run("verify").splitlines()[-1])
    events = found["events"]
    assert len(events) == len(set(events))
    said = {line.split(" ", 1)[1] for line in told if line.startswith("event ")}
    assert said <= set(events)
    assert found["top_ups"] == sum(line.startswith("money ") for line in told) + unsaid(found, told)
    assert (found["differences"], found["waiting"], found["gaps"]) == ([], 0, 0)
    assert found["scores"] > found["people"]


def unsaid(found: dict[str, int], told: list[str]) -> int:
    """A reporter killed between commit and word: at most one payment each."""
    extra = found["top_ups"] - sum(line.startswith("money ") for line in told)
    return extra if 0 <= extra <= KILLS else 0


def test_the_scorer_may_be_killed_at_any_point(world: World) -> None:
    rng = random.Random(3)
    reporter = world.start("report", "1")
    told = listened(reporter, lines=20)
    for _ in range(KILLS):
        scorer = world.start("score")
        assert scorer.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.1, 1.2))
        ended(scorer)
    require_sound(world, told + ended(reporter))


def test_a_badge_ends_with_the_score_that_it_claimed(world: World) -> None:
    """Killed before the commit nothing is so, killed just after it everything is."""
    made = int(world.run("badges").split()[-1])
    assert made
    for after in ("written", "committed"):
        scorer = world.start("die", after)
        told, _ = scorer.communicate(timeout=240)
        assert scorer.returncode == -signal.SIGKILL
        assert json.loads(told.splitlines()[0]) == {"good": made, "untrue": 0, "ended": 0}
    found = json.loads(world.run("verify").splitlines()[-1])
    after, at_last = found["badges"], found["badges at last"]
    assert (after["untrue"], at_last["untrue"]) == (0, 0)
    assert 0 < after["ended"] <= at_last["ended"]
    assert at_last["good"] + at_last["ended"] == made


@pytest.mark.parametrize("world", ["postgres"], indirect=True)
def test_the_server_may_crash_under_the_scorer(world: World) -> None:
    """Batches do not wait for the disk: what a crash undoes is done again."""
    told: list[str] = []
    scorer = world.start("score")
    for seed in (21, 22):
        reporter = world.start("report", str(seed))
        told += listened(reporter, lines=30)
        world.server.crash()
        rest, _ = reporter.communicate(timeout=60)
        told += rest[: rest.rfind("\n") + 1].splitlines()
        world.server.start()
    ended(scorer)
    require_sound(world, told)


def test_two_scorers_and_two_reporters_killed_by_turns(world: World) -> None:
    told: list[str] = []
    scorers = [world.start("score") for _ in range(2)]
    for seed in (11, 12):
        reporter = world.start("report", str(seed))
        told += listened(reporter, lines=40)
        ended(scorers.pop(0))
        told += listened(reporter, lines=10)
        told += ended(reporter)
    require_sound(world, told)
