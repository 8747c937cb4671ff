"""Work cut into ranges and shared by the processor's cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def over_ranges(whole: int, each: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What `work(*arguments, first, after)` returns for each range of `each` of `whole`, in order.

    Ranges do not depend on the number of cores, so that neither do the results. `work` must let
    go of Python's lock where it takes long, as numpy and compiled kernels do.
    """
    firsts = range(0, whole, each)
    cores = len(os.sched_getaffinity(0))
    if len(firsts) <= 1 or cores == 1:
        return [work(*arguments, first, min(first + each, whole)) for first in firsts]
    with ThreadPoolExecutor(min(cores, len(firsts))) as pool:
        tasks = [pool.submit(work, *arguments, first, min(first + each, whole)) for first in firsts]
        return [task.result() for task in tasks]
