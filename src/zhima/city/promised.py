"""Pages that pay, made by one thread that never waits for the ledger (docs/decisions/0063)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Generic, TypeVar

from zhima.city.ledger.desk import Desk, Outcomes
from zhima.city.live.hub import hub
from zhima.city.wallet import books, promises
from zhima.engine.kinds import ZhimaError

Scope = MutableMapping[str, Any]
Page = TypeVar("Page")


class PromisedPages(Generic[Page]):
    """Makes pages whose payment is promised, pays, and lets those go whose promise was kept."""

    def __init__(self, make: Callable[[Scope, IO[bytes]], Page]) -> None:
        self._make = make
        # A second thread would only take turns with the first.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="paying")
        self._desk: Desk | None = None

    async def page(self, scope: Scope, body: IO[bytes]) -> Page | None:
        """The page of a payment that is on disk; None when it has to be made by waiting."""
        desk = self._desk = self._desk or Desk(books.writer())
        made: list[Page] = []
        paid: Outcomes = asyncio.get_running_loop().create_future()
        self._thread.submit(self._promise, desk, scope, body, made, paid)
        try:
            outcomes = await paid
        except ZhimaError:
            # The ledger failed. Whoever waits for it is told the same, on a page.
            outcomes = made = []
        if made and promises.is_kept(outcomes):
            hub.ring()
            return made[0]
        return None

    def _promise(
        self, desk: Desk, scope: Scope, body: IO[bytes], made: list[Page], paid: Outcomes
    ) -> None:
        tell = paid.get_loop().call_soon_threadsafe
        try:
            with promises.promise() as noted:
                made.append(self._make(scope, body))
            if noted:
                desk.submit(paid, *noted)
                return
        except (promises.MustWait, ZhimaError):
            made.clear()
        except BaseException as fault:
            tell(paid.set_exception, fault)
            return
        tell(paid.set_result, ())
