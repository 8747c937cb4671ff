"""The city's time: real time, and in the demo as many days ahead as a visitor has stepped.

All processes of a demo agree: the lead is one small file in the data folder. Time given never
runs backwards within a process, whatever the machine's clock does.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from zhima.engine.kinds import ZhimaError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LEAD = "clock-lead"


def now() -> datetime:
    """The city's moment, in UTC."""
    return moment(now_us())


def now_us() -> int:
    """The same in microseconds since 1970."""
    return _clock.now_us()


def lead_us() -> int:
    """Microseconds by which the city is ahead of the machine's clock; 0 outside the demo."""
    return _lead.us() if settings.DEMO else 0


def step(by: timedelta) -> datetime:
    """Set the demo's time forward for every process; the new moment.

    Raises ZhimaError outside the demo and for a step that is not forward.
    """
    if not settings.DEMO:
        raise ZhimaError("time can be stepped in the demo only")
    if by <= timedelta():
        raise ZhimaError(f"time goes forward only, not by {by}")
    _lead.add(by // _MICROSECOND)
    return now()


@contextmanager
def pretending(at_us: int) -> Iterator[None]:
    """Let it be another time for this whole process: how the demo's past is written."""
    before, _clock.pretended_us = _clock.pretended_us, at_us
    try:
        yield
    finally:
        _clock.pretended_us = before


def moment(at_us: int) -> datetime:
    """Microseconds since 1970 as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


def microseconds(at: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


class _Lead:
    """How far the demo's time is ahead, shared through a file; read again when that changes."""

    def __init__(self) -> None:
        self._known: tuple[object, int] = (None, 0)

    @property
    def path(self) -> Path:
        return Path(settings.HOME) / _LEAD

    def us(self) -> int:
        """The lead in microseconds."""
        # Asked with every payment: a path of objects would take longer than the question.
        name = f"{settings.HOME}/{_LEAD}"
        try:
            found = os.stat(name)
        except FileNotFoundError:
            return 0
        version = (name, found.st_ino, found.st_mtime_ns)
        if self._known[0] != version:
            self._known = (version, int(self.path.read_text(encoding="ascii")))
        return self._known[1]

    def add(self, us: int) -> None:
        """Lengthen it; two who step at once both count."""
        path = self.path
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fresh = path.with_suffix(".new")
            fresh.write_text(str(self.us() + us), encoding="ascii")
            fresh.replace(path)


class _Clock:
    """Real time and the lead, never running backwards."""

    def __init__(self) -> None:
        self.pretended_us: int | None = None
        self._latest: tuple[int, int] = (0, 0)
        self._turn = threading.Lock()

    def now_us(self) -> int:
        """UTC microseconds."""
        if self.pretended_us is not None:
            return self.pretended_us
        lead = lead_us()
        with self._turn:
            # A demo started over has less lead: its time begins afresh.
            before = self._latest[1] if self._latest[0] <= lead else 0
            at_us = max(time.time_ns() // 1000 + lead, before)
            self._latest = (lead, at_us)
        return at_us


_lead = _Lead()
_clock = _Clock()
