"""Paying from coroutines: the answers of a whole batch reach the event loop in one wake-up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial

from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.writer import Slip, Writer

Outcomes = asyncio.Future[Sequence[Outcome]]


class Desk:
    """A writer as seen from one event loop, the one that runs when the desk is made."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._answered: deque[tuple[Outcomes, Slip]] = deque()

    async def pay(self, *transfers: Transfer) -> Sequence[Outcome]:
        """Submit and wait: one outcome for each transfer, when they are on disk.

        A caller that stops waiting learns nothing: its transfers may still be written.
        """
        answer: Outcomes = self._loop.create_future()
        self.submit(answer, *transfers)
        return await answer

    def submit(self, answer: Outcomes, *transfers: Transfer) -> None:
        """The same from any thread; `answer`, a future of the desk's loop, gets the outcomes."""
        self._writer.submit(*transfers, notify=partial(self._collect, answer))

    def _collect(self, answer: Outcomes, slip: Slip) -> None:
        # Runs in the writer's thread. The first on the tray rings for all that follow; looking only
        # after laying the slip down leaves no gap in which the loop could have cleared the tray.
        self._answered.append((answer, slip))
        if len(self._answered) == 1 and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        while self._answered:
            answer, slip = self._answered.popleft()
            if answer.done():
                continue
            try:
                answer.set_result(slip.wait())
            except Exception as failure:
                answer.set_exception(failure)
