"""One thread that reads and writes for everybody: many readings, one commit, then the answers.

Each job looks for its grant, reads and appends its entry. All jobs that wait are done in one
transaction with the placing of their entries; nobody gets an answer before it is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from django.db import close_old_connections, connection, transaction

from zhima.city.disclosure import log, tree
from zhima.engine.kinds import ZhimaError

Answer = TypeVar("Answer")
Job = Callable[[], Any]

MAX_BATCH = 512
"""Jobs in one commit: more would hold the first ones up."""
MAX_WAITING = 10_000


class RecorderBusy(ZhimaError):
    """Too many readings wait already; nothing was read."""


class Recorder:
    """The thread and its queue."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Job, Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="disclosures", daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], Answer]) -> Answer:
        """Have a job done; its answer when it is committed, or what it raised."""
        if self._queue.qsize() >= MAX_WAITING:
            raise RecorderBusy(f"{MAX_WAITING} readings wait already: try again in a moment")
        future: Future[Answer] = Future()
        self._queue.put((job, future))
        return future.result()

    def close(self) -> None:
        """Do what waits, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            jobs, open_for_more = self._take()
            close_old_connections()
            _write_through()
            if jobs:
                _do(jobs)
        connection.close()

    def _take(self) -> tuple[list[tuple[Job, Future[Any]]], bool]:
        jobs: list[tuple[Job, Future[Any]]] = []
        waiting = self._queue.get()
        while waiting is not None:
            jobs.append(waiting)
            if len(jobs) == MAX_BATCH:
                return jobs, True
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False


def _do(jobs: list[tuple[Job, Future[Any]]]) -> None:
    answers: list[Any] = []
    try:
        with transaction.atomic(), log.together():
            answers = [job() for job, _ in jobs]
            log.flush()
            tree.integrate()
    except Exception as failure:
        # Nothing was written, and nobody has an answer: find the job at fault, each alone.
        if len(jobs) == 1:
            jobs[0][1].set_exception(failure)
            return
        for job in jobs:
            _do([job])
        return
    for (_, future), answer in zip(jobs, answers, strict=True):
        future.set_result(answer)


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
