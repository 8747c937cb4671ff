"""Paying from coroutines: the answers of a whole batch reach the event loop in one wake-up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.writer import Slip, Writer


class Desk:
    """A writer as seen from one event loop, the one that runs when the desk is made."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Slip, asyncio.Future[Sequence[Outcome]]] = {}
        self._answered: deque[Slip] = deque()

    async def pay(self, *transfers: Transfer) -> Sequence[Outcome]:
        """Submit and wait: one outcome for each transfer, when they are on disk.

        A caller that stops waiting learns nothing: its transfers may still be written.
        """
        slip = self._writer.submit(*transfers, notify=self._collect)
        future: asyncio.Future[Sequence[Outcome]] = self._loop.create_future()
        self._waiting[slip] = future
        return await future

    def _collect(self, slip: Slip) -> None:
        # Runs in the writer's thread. The first on the tray rings for all that follow; looking only
        # after laying the slip down leaves no gap in which the loop could have cleared the tray.
        self._answered.append(slip)
        if len(self._answered) == 1 and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        while self._answered:
            slip = self._answered.popleft()
            future = self._waiting.pop(slip)
            if future.done():
                continue
            try:
                future.set_result(slip.wait())
            except Exception as failure:
                future.set_exception(failure)
