"""One scorer of all processes: a row that its holder keeps beating.

Others watch the beat by their own clocks, so no clock is compared with another's. A holder that
was only slow notices in its next batch: each proves the lease in its own transaction.
"""

from __future__ import annotations

import os
import socket
import time
from uuid import uuid4

from django.db import IntegrityError, transaction

from zhima.city.scoring.models import Lease

NAME = "scorer"
SILENT_FOR_S = 4.0
"""A holder that has not beaten for so long is taken for dead."""


class LeaseLost(Exception):
    """Another process scores now; what this one holds in memory is worth nothing."""


class Tenant:
    """A process that scores, or would."""

    def __init__(self) -> None:
        self.me = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._watched: tuple[str, int] = ("", -1)
        self._since = 0.0

    def take(self) -> bool:
        """Try to hold the lease; whether this process holds it now."""
        with transaction.atomic():
            lease = Lease.objects.select_for_update().filter(name=NAME).first()
            if lease is None:
                return self._found()
            if lease.holder != self.me and not self._is_over(lease):
                return False
            lease.holder, lease.beat = self.me, lease.beat + 1
            lease.save(update_fields=["holder", "beat"])
            return True

    def prove(self) -> None:
        """Beat, within the transaction of a batch; raises LeaseLost."""
        if not self._beat():
            raise LeaseLost

    def leave(self) -> None:
        """Let the next one in at once."""
        Lease.objects.filter(name=NAME, holder=self.me).update(holder="")

    def _found(self) -> bool:
        try:
            with transaction.atomic():
                Lease.objects.create(name=NAME, holder=self.me, beat=1)
        except IntegrityError:
            return False
        return True

    def _beat(self) -> bool:
        from zhima.city.scoring import sql

        return bool(
            sql.do(
                "UPDATE scoring_lease SET beat = beat + 1 WHERE name = %s AND holder = %s",
                (NAME, self.me),
            )
        )

    def _is_over(self, lease: Lease) -> bool:
        if not lease.holder or _is_gone(lease.holder):
            return True
        if self._watched != (lease.holder, lease.beat):
            self._watched, self._since = (lease.holder, lease.beat), time.monotonic()
        return time.monotonic() - self._since > SILENT_FOR_S


def _is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, pid, _ = holder.rsplit(":", 2)
    if host != socket.gethostname() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
