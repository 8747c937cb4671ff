"""Stages of long work, shown while they run and with their times at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


class Stages:
    """Shows a spinner for the stage that runs and one line for each that has ended."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run one stage; its line gives the seconds it took."""
        started = time.perf_counter()
        with self.console.status(name):
            yield
        seconds = time.perf_counter() - started
        self.console.print(f"  {name:<24}{seconds:8.1f} s")


@contextmanager
def announced(title: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner for work that names its own stages by calling what this yields."""
    console = Console(stderr=True, highlight=False)
    with console.status(title) as status:
        yield lambda stage: status.update(f"{title}: {stage}")


def counted(counts: dict[str, int], *, what: str) -> bool:
    """Print how many records were set aside and why; returns whether there were any."""
    for reason, count in sorted(counts.items()):
        print(f"  {count:>8,} {what} set aside: {reason}", file=sys.stderr)
    return bool(counts)
