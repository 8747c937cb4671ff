"""One watcher a process: it asks its sources what is new and hands it to open streams.

What this process does rings at once; what other processes do is seen at the next look.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, close_old_connections

from zhima.engine.kinds import ZhimaError

LOOK_EVERY_S = 0.1
REPEATED_FOR_S = 10.0
"""A page is older than its stream: what was hinted since it was made is said again."""
MOST_WAITING = 100
"""A screen that takes nothing for so long needs a fresh page, not more hints."""

Hint = tuple[UUID, str]
"""For whom, and the topic."""
Source = Callable[[], Iterable[Hint]]
"""Gives what is new since it was last asked; the first answer may repeat a little."""
Listener = tuple[asyncio.AbstractEventLoop, asyncio.Queue[str]]

log = logging.getLogger(__name__)


class Hub:
    """Streams by person."""

    def __init__(self) -> None:
        self._sources: list[Source] = []
        self._listeners: dict[UUID, set[Listener]] = defaultdict(set)
        self._recent: deque[tuple[float, Hint]] = deque()
        self._changing = threading.Lock()
        self._bell = threading.Event()
        self._other_bells: list[threading.Event] = []
        self._somebody = threading.Event()
        self._thread: threading.Thread | None = None

    def add_source(self, source: Source) -> None:
        """Ask `source` too; called once for each when the city starts."""
        self._sources.append(source)

    def ring(self) -> None:
        """Look now."""
        for bell in (self._bell, *self._other_bells):
            bell.set()

    def also_ring(self, bell: threading.Event) -> None:
        """Ring this one too: somebody else waits for what this process writes."""
        self._other_bells.append(bell)

    @contextmanager
    def listening(self, person: UUID) -> Iterator[asyncio.Queue[str]]:
        """Topics for a person as they come; to be used in an event loop."""
        listener: Listener = (asyncio.get_running_loop(), asyncio.Queue(MOST_WAITING))
        with self._changing:
            for topic in self._lately(person):
                _put(listener[1], topic)
            self._listeners[person].add(listener)
            self._somebody.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        try:
            yield listener[1]
        finally:
            self._forget(person, listener)

    def _lately(self, person: UUID) -> set[str]:
        self._forget_older()
        return {topic for _, (whose, topic) in self._recent if whose == person}

    def _forget_older(self) -> None:
        since = time.monotonic() - REPEATED_FOR_S
        while self._recent and self._recent[0][0] < since:
            self._recent.popleft()

    def _forget(self, person: UUID, listener: Listener) -> None:
        with self._changing:
            self._listeners[person].discard(listener)
            if not self._listeners[person]:
                del self._listeners[person]
            if not self._listeners:
                self._somebody.clear()

    def _watch(self) -> None:
        while True:
            self._somebody.wait()
            for source in self._sources:
                try:
                    self._deliver(source())
                except (DatabaseError, ZhimaError):
                    # The database is away or restarting: the streams stay, the next look tries.
                    log.warning("live screens wait for the database", exc_info=True)
                    close_old_connections()
            self._bell.wait(LOOK_EVERY_S)
            self._bell.clear()

    def _deliver(self, hints: Iterable[Hint]) -> None:
        with self._changing:
            self._forget_older()
        for person, topic in dict.fromkeys(hints):
            with self._changing:
                self._recent.append((time.monotonic(), (person, topic)))
                listeners = list(self._listeners.get(person, ()))
            for loop, queue in listeners:
                loop.call_soon_threadsafe(_put, queue, topic)


def _put(queue: asyncio.Queue[str], topic: str) -> None:
    if not queue.full():
        queue.put_nowait(topic)


hub = Hub()
