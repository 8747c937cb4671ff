"""What the city does by itself now and then, in every process; doing it twice does no harm.

An app names its own by `chores` of its config: functions without arguments.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.apps import apps
from django.db import DatabaseError, close_old_connections

from zhima.engine.kinds import ZhimaError

EVERY_S = 30.0

log = logging.getLogger(__name__)


def start() -> None:
    """Do the chores for as long as the process lives."""
    threading.Thread(target=_for_ever, name="chores", daemon=True).start()


def do_all() -> int:
    """Every chore of every app once; how many there were. One that fails does not stop the rest."""
    chores: list[Callable[[], object]] = [
        chore for config in apps.get_app_configs() for chore in getattr(config, "chores", ())
    ]
    for chore in chores:
        try:
            chore()
        except (DatabaseError, ZhimaError):
            log.warning("a chore waits for the database", exc_info=True)
    return len(chores)


def _for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_S):
        close_old_connections()
        do_all()
