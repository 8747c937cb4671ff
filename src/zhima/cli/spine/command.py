"""The command `zhima spine`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def spine(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for everything it makes.")] = (
        Path("spine")
    ),
    members: Annotated[int, typer.Option(min=50, help="Members of the co-operative.")] = 3000,
    seed: Annotated[int, typer.Option(help="Another seed, another town.")] = 7,
    show: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Run the main job on a fictional tool library: import, fit, score, explain, one page."""
    from zhima.cli.spine.run import run

    page, person = run(out, members=members, seed=seed, show=show)
    print(f"\nThe page: {page}")
    scores, card = out / "scores.parquet", out / "card.yaml"
    print(f"Next:     zhima explain {person} --scores {scores} --card {card}")
