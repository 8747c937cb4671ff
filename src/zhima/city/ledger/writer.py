"""One thread that writes for everybody: it drains a queue, commits once, then acknowledges."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.posting import post
from zhima.city.ledger.stores.session import Store, StoreDown
from zhima.engine.kinds import ZhimaError

MAX_BATCH = 1_000
"""Submissions in one commit: more would hold the first ones up."""
MAX_WAITING = 10_000
SWEEP_EVERY_S = 1.0


class LedgerBusy(ZhimaError):
    """Too many transfers wait already; none of this submission was taken."""


class LedgerClosed(ZhimaError):
    """The writer has been closed; none of this submission was taken."""


class Slip:
    """The promise of an answer to one submission."""

    __slots__ = ("_answered", "_failure", "_notify", "_outcomes", "transfers")

    def __init__(
        self, transfers: Sequence[Transfer], notify: Callable[[Slip], None] | None
    ) -> None:
        self.transfers = transfers
        self._notify = notify
        self._outcomes: Sequence[Outcome] = ()
        self._failure: Exception | None = None
        # A bare lock wakes its waiter for a tenth of what a Future costs.
        self._answered = threading.Lock()
        self._answered.acquire()

    def wait(self, timeout_s: float = -1) -> Sequence[Outcome]:
        """The outcomes, once they are on disk; raises what went wrong instead of them.

        After a TimeoutError the transfers may still be written: ask again with the same ids.
        """
        if not self._answered.acquire(timeout=timeout_s):
            raise TimeoutError(f"the ledger gave no answer within {timeout_s} s")
        self._answered.release()
        if self._failure is not None:
            raise self._failure
        return self._outcomes

    def answer(self, outcomes: Sequence[Outcome]) -> None:
        """Acknowledge; called once, after the commit."""
        self._outcomes = outcomes
        self._tell()

    def fail(self, failure: Exception) -> None:
        """Tell the waiter that nothing is confirmed; called once."""
        self._failure = failure
        self._tell()

    def _tell(self) -> None:
        self._answered.release()
        if self._notify is not None:
            self._notify(self)


def wall_clock_us() -> int:
    """UTC microseconds. The machine's clock, for books without a city: a city gives its own."""
    return time.time_ns() // 1000


class Writer:
    """Takes transfers from any number of threads and writes them in large, durable batches."""

    def __init__(
        self,
        store: Store,
        *,
        clock_us: Callable[[], int] = wall_clock_us,
        max_waiting: int = MAX_WAITING,
        sweep_every_s: float = SWEEP_EVERY_S,
    ) -> None:
        """Start the thread. `sweep_every_s` is how often holds expire when nobody pays."""
        self._store = store
        self._clock_us = clock_us
        self._max_waiting = max_waiting
        self._sweep_every_s = sweep_every_s
        self._queue: SimpleQueue[Slip | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def pay(self, *transfers: Transfer) -> Sequence[Outcome]:
        """Submit and wait: one outcome for each transfer, when they are on disk."""
        return self.submit(*transfers).wait()

    def submit(self, *transfers: Transfer, notify: Callable[[Slip], None] | None = None) -> Slip:
        """Queue transfers that are to be written in one commit, in this order.

        `notify` is called in the writer's thread when the answer is there; it may not block.
        LedgerBusy when too many wait; the last transfer may not be linked, for nothing follows it.
        """
        if transfers and transfers[-1].linked:
            raise ZhimaError(f"transfer {transfers[-1].id!r} is linked to nothing: it is the last")
        if self._queue.qsize() >= self._max_waiting:
            raise LedgerBusy(f"{self._max_waiting} transfers wait already: try again in a moment")
        slip = Slip(transfers, notify)
        self._queue.put(slip)
        if self._closed:
            self._refuse_the_rest()
        return slip

    def close(self) -> None:
        """Write what waits, then stop; later submissions are refused."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        self._refuse_the_rest()

    def __enter__(self) -> Writer:
        """The writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            slips, open_for_more = self._take()
            if slips:
                self._write(slips)
            else:
                self._sweep()

    def _take(self) -> tuple[list[Slip], bool]:
        """The submissions that wait, at least one unless it is time to sweep or to stop."""
        slips: list[Slip] = []
        try:
            slip = self._queue.get(timeout=self._sweep_every_s)
            while slip is not None:
                slips.append(slip)
                if len(slips) == MAX_BATCH:
                    return slips, True
                slip = self._queue.get_nowait()
        except Empty:
            return slips, True
        return slips, False

    def _write(self, slips: list[Slip]) -> None:
        transfers = [transfer for slip in slips for transfer in slip.transfers]
        try:
            outcomes = post(self._store, transfers, now_us=self._clock_us())
        except StoreDown as failure:
            _fail(slips, failure)
        except Exception as failure:
            self._isolate(slips, failure)
        else:
            _acknowledge(slips, outcomes)

    def _isolate(self, slips: list[Slip], failure: Exception) -> None:
        """Nothing was written; find the submission at fault by writing each alone."""
        if len(slips) == 1:
            _fail(slips, failure)
            return
        for slip in slips:
            self._write([slip])

    def _sweep(self) -> None:
        try:
            post(self._store, (), now_us=self._clock_us())
        except ZhimaError:
            # Nobody waits for an answer here; whoever pays next is told that the store is down.
            return

    def _refuse_the_rest(self) -> None:
        if self._thread.is_alive():
            return
        try:
            while slip := self._queue.get_nowait():
                slip.fail(LedgerClosed("the ledger has been closed"))
        except Empty:
            return


def _acknowledge(slips: list[Slip], outcomes: list[Outcome]) -> None:
    start = 0
    for slip in slips:
        end = start + len(slip.transfers)
        slip.answer(outcomes[start:end])
        start = end


def _fail(slips: list[Slip], failure: Exception) -> None:
    for slip in slips:
        slip.fail(failure)
