"""`zhima lab`: societies that live under a rulebook, scored by the real engine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from zhima.cli.options import JsonReport

lab = typer.Typer(no_args_is_help=True, help="Societies that live under a rulebook.")


@lab.callback()
def _room() -> None:
    """Societies that live under a rulebook."""


@lab.command("2020")
def full_coverage(
    people: Annotated[int, typer.Option(min=20, max=20_000, help="How many live there.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another society.")] = 7,
    report: JsonReport = None,
) -> None:
    """Full coverage, no opt-out, one list, beside the world where joining is a choice."""
    from rich.console import Console
    from rich.table import Table

    from zhima.engine.files import atomic, writing
    from zhima.lab import coverage

    with (
        TemporaryDirectory() as folder,
        writing(Path(folder)),
        Console(stderr=True).status("a year goes by"),
    ):
        society = coverage.settle(people=people, seed=seed)
        found = [coverage.play(society, world, folder=Path(folder)) for world in coverage.WORLDS]
    table = Table(box=None)
    for title in ("", *(each.world for each in found)):
        table.add_column(title, justify="right" if title else "left")
    for words, value in _LINES:
        table.add_row(words, *(str(value(each)) for each in found))
    Console().print(table)
    if report is not None:
        with atomic(report) as temporary:
            rows = {"people": people, "seed": seed, "worlds": [asdict(each) for each in found]}
            temporary.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


_LINES = (
    ("rulebook", lambda each: each.rulebook.partition("#")[0]),
    ("people with a score", lambda each: f"{each.scored} of {each.people}"),
    ("items held a person", lambda each: each.items_a_person),
    ("mean score", lambda each: each.mean_score),
    ("below good", lambda each: each.bands.get("poor", 0) + each.bands.get("fair", 0)),
    ("on a court's list", lambda each: each.listed),
    ("let in nowhere without deposit", lambda each: each.shut_out),
    ("cost ten points or more by friends", lambda each: each.pulled_down),
    ("the most that friends cost one person", lambda each: each.worst_pull),
)
