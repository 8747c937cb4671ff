"""One thread that reads and writes for everybody: many readings, one commit, then the answers.

Each job looks for its grant, reads and appends its entry. All jobs that wait are done in one
transaction with the placing of their entries; nobody gets an answer before it is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from django.db import close_old_connections, connection, transaction

from zhima.city.disclosure import log
from zhima.engine.kinds import ZhimaError

Answer = TypeVar("Answer")
Job = Callable[[], Any]

MAX_BATCH = 512
"""Jobs in one commit: more would hold the first ones up."""
MAX_WAITING = 10_000


class RecorderBusy(ZhimaError):
    """Too many readings wait already; nothing was read."""


class Slip:
    """The promise of an answer to one job."""

    __slots__ = ("_answer", "_done", "_failure", "job")

    def __init__(self, job: Job) -> None:
        self.job = job
        self._answer: Any = None
        self._failure: Exception | None = None
        # A bare lock wakes its waiter for a tenth of what a Future costs.
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self) -> Any:
        """The answer, once it is on disk; raises what the job raised."""
        self._done.acquire()
        if self._failure is not None:
            raise self._failure
        return self._answer

    def give(self, answer: Any, failure: Exception | None = None) -> None:
        """Let the waiter go on; called once."""
        self._answer, self._failure = answer, failure
        self._done.release()


class Recorder:
    """The thread and its queue."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Slip | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="disclosures", daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], Answer]) -> Answer:
        """Have a job done; its answer when it is committed, or what it raised."""
        if self._queue.qsize() >= MAX_WAITING:
            raise RecorderBusy(f"{MAX_WAITING} readings wait already: try again in a moment")
        slip = Slip(job)
        self._queue.put(slip)
        return slip.wait()

    def close(self) -> None:
        """Do what waits, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            slips, open_for_more = self._take()
            close_old_connections()
            _write_through()
            if slips:
                _do(slips)
        connection.close()

    def _take(self) -> tuple[list[Slip], bool]:
        slips: list[Slip] = []
        waiting = self._queue.get()
        while waiting is not None:
            slips.append(waiting)
            if len(slips) == MAX_BATCH:
                return slips, True
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return slips, True
        return slips, False


def _do(slips: list[Slip]) -> None:
    answers: list[Any] = []
    try:
        with transaction.atomic(), log.together():
            answers = [slip.job() for slip in slips]
            log.flush()
    except Exception as failure:
        # Nothing was written, and nobody has an answer: find the job at fault, each alone.
        if len(slips) == 1:
            slips[0].give(None, failure)
            return
        for slip in slips:
            _do([slip])
        return
    for slip, answer in zip(slips, answers, strict=True):
        slip.give(answer)


def _write_through() -> None:
    """On SQLite a commit of this thread waits for the disk; other threads' need not."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


_starting = threading.Lock()
_recorder: Recorder | None = None


def recorder() -> Recorder:
    """This process's thread."""
    global _recorder
    with _starting:
        if _recorder is None or not _recorder._thread.is_alive():
            _recorder = Recorder()
        return _recorder


def stop() -> None:
    """End the thread, when there is one: its connection is closed then."""
    global _recorder
    with _starting:
        if _recorder is not None and _recorder._thread.is_alive():
            _recorder.close()
        _recorder = None
