"""`zhima scorer`: score as a process of its own, and check what was scored."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.city import Home, django_of
from zhima.cli.options import JsonReport

scorer = typer.Typer(no_args_is_help=True, help="Scores: keep them live, check and rebuild them.")

SHOWN_DIFFERENCES = 20


@scorer.command()
def run(home: Home = Path("demo")) -> None:
    """Keep everybody's score live until a signal ends it; waits while another process does."""
    django_of(home)
    from zhima.city.live.hub import hub
    from zhima.city.scoring import running
    from zhima.city.scoring.waking import bell

    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        bell.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    hub.also_ring(bell)
    print("The scorer is at work (Ctrl-C ends it)", flush=True)
    running.run_alone(stop)


@scorer.command()
def rebuild(
    home: Home = Path("demo"),
    check: Annotated[
        bool, typer.Option("--check", help="Only compare, change nothing; exit 3 with differences.")
    ] = False,
    report: JsonReport = None,
) -> None:
    """Work every score out again from evidence, ties and grants, and mend what differs."""
    django_of(home)
    from rich.console import Console

    from zhima.city.scoring import rebuilding

    with Console(stderr=True).status("working everything out again"):
        found = rebuilding.check()
    for each in found.differences[:SHOWN_DIFFERENCES]:
        print(f"{each.person_id}: {each.what}, stored {each.stored}, rebuilt {each.rebuilt}")
    print(
        f"{found.people} people, {len(found.differences)} differences, "
        f"{found.waiting} looks still waiting"
    )
    if report is not None:
        _write(report, found)
    if check:
        raise typer.Exit(3 if found.differences else 0)
    print(f"{rebuilding.rebuild()} people will be looked at again")


def _write(path: Path, found: object) -> None:
    from dataclasses import asdict

    from zhima.engine.files import atomic

    text = json.dumps(asdict(found), default=str, indent=1)  # type: ignore[call-overload]
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
