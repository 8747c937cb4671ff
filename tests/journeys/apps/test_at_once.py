"""The last slot, the last court, the last block of tofu: one wins, the others are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RACE = Path(__file__).parents[2] / "market_race.py"


@pytest.fixture(params=["sqlite", "postgres"])
def came_to(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """What the races came to, with tables and ledger on one database."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("new_city_url")()
    else:
        request.getfixturevalue("laid_out").tables(tmp_path)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "zhima.city.settings",
        "ZHIMA_HOME": str(tmp_path),
        "ZHIMA_MODE": "demo",
        "ZHIMA_HOSTS": "testserver",
        "DATABASE_URL": url,
    }
    done = subprocess.run(
        [sys.executable, str(RACE)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_every_race_has_its_winners_and_everybody_else_is_told(came_to: dict[str, Any]) -> None:
    assert came_to["last slot"] == {"booked": 1, "slot_gone": 7}
    assert came_to["last court, paid"] == {"booked": 1, "slot_gone": 7}
    assert came_to["court till"] == 80_00
    assert came_to["two cars, deposits"] == {"booked": 2, "slot_gone": 6}
    assert came_to["deposits held"] == 2
    assert came_to["the window"] == {"wished": 8}
    assert (came_to["contests"], came_to["at the window"]) == (1, 1)
    assert came_to["told that it is gone"] == 7
    assert came_to["seats"] == {"booked": 8}
    assert (came_to["tickets"], came_to["upgraded"], came_to["in first class"]) == (8, 4, 4)
    assert came_to["in the statement"] == 4
    assert came_to["three blocks of tofu"] == {"booked": 3, "not_in_stock": 5}
    assert came_to["tofu left"] == 0
    assert came_to["double click"] == {"one of them": 4}
    assert came_to["double click bookings"] == 1
    assert came_to["claims at once"] == {"released": 1, "not_now": 3}
    assert came_to["an app in her name"] == {"booked": 3, "over_allowance": 3}
    assert (came_to["places"], came_to["sum of all"]) == (0, 0)
