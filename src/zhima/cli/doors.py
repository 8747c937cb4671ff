"""`zhima doors`: run a published draw again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

doors = typer.Typer(no_args_is_help=True, help="Check what doors decided.")

DIFFERS = 3


@doors.callback()
def _room() -> None:
    """Check what doors decided."""


@doors.command()
def redraw(
    file: Annotated[Path, typer.Argument(help="The file that a draw's page offers.")],
) -> None:
    """Draw again from a published seed and list; exit code 3 when the published result differs."""
    from zhima.engine.doors import draws
    from zhima.engine.kinds import ZhimaError

    published = _read(file)
    try:
        seed = bytes.fromhex(published["seed"])
        tickets = [draws.Ticket(each["name"], each["percent"]) for each in published["tickets"]]
        stated = {each["name"] for each in published["tickets"] if each["won"]}
        kept = draws.commitment(seed) == published["commitment"]
        drawn = draws.draw(seed=seed, tickets=tickets, places=published["places"])
    except (KeyError, TypeError, ValueError) as error:
        raise ZhimaError(f"{file} is no finished draw: {error!r}") from error
    print(f"{published['title']}: {len(tickets)} tickets, {published['places']} places")
    print(f"seed and commitment {'agree' if kept else 'DIFFER'}")
    for name in drawn:
        print(f"  won  {name}")
    same = set(drawn) == stated
    print("the published winners are these" if same else "the published winners are OTHERS")
    if not (kept and same):
        raise typer.Exit(DIFFERS)


def _read(file: Path) -> dict[str, Any]:
    from zhima.engine.files import read_json
    from zhima.engine.kinds import ZhimaError

    published = read_json(file)
    if not isinstance(published, dict) or published.get("format") != "zhima-draw/1":
        raise ZhimaError(f"{file} is no draw: its format is not zhima-draw/1")
    if not published.get("seed"):
        raise ZhimaError(f"{file} is not drawn yet: the seed is published when the list is closed")
    return published
