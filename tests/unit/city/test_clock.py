"""The city's time: forward only, shared by processes, stepped in the demo alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from zhima.city import clock
from zhima.city.phone.templatetags.phone import day, when
from zhima.engine.kinds import ZhimaError

MONTH = timedelta(days=30)
_ASK = (
    "import sys; from django.conf import settings; settings.configure(DEMO=True, HOME=sys.argv[1]);"
    "from zhima.city import clock; print(clock.now_us())"
)


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    settings.HOME = tmp_path
    yield tmp_path
    # The city's time of this process goes back to what it was.
    (tmp_path / "clock-lead").unlink(missing_ok=True)
    clock.now()


def lead() -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_without_a_step_it_is_real_time() -> None:
    assert abs(lead()) < timedelta(seconds=5)


def test_steps_add_up_and_other_processes_see_them(home: Path) -> None:
    clock.step(MONTH)
    clock.step(MONTH)
    assert abs(lead() - 2 * MONTH) < timedelta(seconds=5)
    told = subprocess.run(
        [sys.executable, "-c", _ASK, str(home)], capture_output=True, text=True, check=True
    )
    assert abs(clock.now_us() - int(told.stdout)) < 60_000_000


def test_a_clock_that_is_set_back_does_not_take_time_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now_us()
    monkeypatch.setattr(time, "time_ns", lambda: (before - 3_600_000_000) * 1000)
    assert clock.now_us() >= before


@pytest.mark.parametrize("by", [timedelta(), timedelta(days=-1)])
def test_time_goes_forward_only(by: timedelta) -> None:
    with pytest.raises(ZhimaError):
        clock.step(by)


def test_production_has_real_time(settings: LazySettings) -> None:
    clock.step(MONTH)
    settings.DEMO = False
    with pytest.raises(ZhimaError):
        clock.step(MONTH)
    assert abs(lead()) < timedelta(seconds=5)


def test_the_past_can_be_written_as_of_then() -> None:
    then = datetime(2025, 3, 1, tzinfo=UTC)
    with clock.pretending(clock.microseconds(then)):
        assert clock.now() == then
    assert abs(lead()) < timedelta(seconds=5)


def test_lists_call_a_day_today_by_the_citys_time(home: Path) -> None:
    before = clock.now()
    assert (day(before), when(before)[2]) == ("Today", ":")
    clock.step(timedelta(days=1))
    assert (day(clock.now()), day(before), when(before)) == ("Today", "Yesterday", "Yesterday")
    clock.step(timedelta(days=17))
    assert day(before).endswith(str(timezone.localtime(before).year))
    assert "Yesterday" not in when(before)
