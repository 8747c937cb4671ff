"""The scorer at work: a thread of the serving process, or a process of its own."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from zhima.city.live.hub import hub
from zhima.city.scoring import money, sql
from zhima.city.scoring.lease import LeaseLost, Tenant
from zhima.city.scoring.scorer import Scorer
from zhima.city.scoring.waking import bell
from zhima.engine.kinds import ZhimaError

LOOK_EVERY_S = 0.02
"""For what other processes write; this process rings the bell."""
BEAT_EVERY_S = 1.0
WAIT_AFTER_FAILURE_S = 0.5
COLLECT_SELDOM = (50_000, 20, 20)
"""For the collector of cyclic rubbish: a scorer makes much that lives long, and next to none."""

_ANY = "SELECT 1 FROM scoring_due LIMIT 1"

log = logging.getLogger(__name__)


def start() -> threading.Thread:
    """Score in this process for as long as it lives, whenever no other process does."""
    hub.also_ring(bell)
    thread = threading.Thread(target=run, name="scorer", daemon=True)
    thread.start()
    return thread


def run_alone(stop: threading.Event | None = None) -> None:
    """The same in a process that does nothing else, and may arrange its memory for it."""
    gc.set_threshold(*COLLECT_SELDOM)
    try:
        run(stop, after_laying_out=gc.freeze)
    finally:
        # Libraries look at the end of the process for what they made and nobody gave back.
        gc.unfreeze()


def run(
    stop: threading.Event | None = None, *, after_laying_out: Callable[[], object] = lambda: None
) -> None:
    """Take turns with other processes for the lease, and work while holding it."""
    desk = Desk(after_laying_out)
    while stop is None or not stop.is_set():
        try:
            pause_s = desk.turn()
        except LeaseLost:
            log.warning("another process scores now")
            pause_s = BEAT_EVERY_S
        except (DatabaseError, ZhimaError):
            log.warning("the scorer waits for the database", exc_info=True)
            close_old_connections()
            desk.lost()
            pause_s = WAIT_AFTER_FAILURE_S
        if pause_s:
            bell.wait(pause_s)
            bell.clear()
    desk.close()


class Desk:
    """One process's turn at scoring."""

    def __init__(self, after_laying_out: Callable[[], object] = lambda: None) -> None:
        self._tenant = Tenant()
        self._scorer = Scorer(self._tenant, after_laying_out)
        self.is_ours = False
        """Whether this process scores."""
        self._beat_at = 0.0
        os.register_at_fork(after_in_child=self.lost)

    def turn(self) -> float:
        """Do what there is to do; seconds to wait before the next look, 0 for none."""
        if not self.is_ours:
            self.is_ours = self._tenant.take()
            if not self.is_ours:
                return BEAT_EVERY_S
            self._scorer.forget()
        try:
            taken_in = money.take_in()
            looked_at = self._scorer.work() if self._has_work() else 0
        except LeaseLost:
            self.lost()
            raise
        return 0.0 if taken_in or looked_at else LOOK_EVERY_S

    def lost(self) -> None:
        """Trust neither the lease nor memory."""
        self.is_ours = False
        self._scorer.forget()

    def close(self) -> None:
        """Let the next one in at once."""
        if self.is_ours:
            self._tenant.leave()
        self._scorer.forget()

    def _has_work(self) -> bool:
        """Whether something is due; once a second it is looked for without being asked."""
        now = time.monotonic()
        if now - self._beat_at < BEAT_EVERY_S:
            return bool(sql.ask(_ANY))
        self._beat_at = now
        return True
