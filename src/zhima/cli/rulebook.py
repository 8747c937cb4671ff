"""`zhima rulebook`: check a rulebook, compare two, look back with one."""

from __future__ import annotations

from typing import Annotated

import typer

rulebook = typer.Typer(no_args_is_help=True, help="Check, compare and back-test rulebooks.")

Name = Annotated[str, typer.Argument(help="open, gdpr, zhima-2018, or a YAML file")]


@rulebook.command("check")
def check_command(name: Name) -> None:
    """Load a rulebook on every day on which it changes; name file, line and reason if it is bad."""
    from zhima.engine.rulebook import check
    from zhima.engine.score.fit import load_policy

    for loaded in check(name):
        load_policy(str(loaded.path), as_of=loaded.rules.as_of)
        print(f"{loaded.rules.as_of}  {loaded.name}  {len(loaded.rules.doors)} doors  fine")
