"""Acts that begin at the same moment, each on a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable


def at_once(*acts: Callable[[], str]) -> Counter[str]:
    """What each of some acts came to, counted."""
    # Programs of their own import this before they have named their settings.
    from django.db import connection

    start = threading.Barrier(len(acts))
    came_to: list[str] = []

    def run(act: Callable[[], str]) -> None:
        start.wait()
        try:
            came_to.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(came_to)
