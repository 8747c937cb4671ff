"""`zhima rulebook paper`: the papers that whoever runs a score owes to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import writes


class Paper(StrEnum):
    """Which paper."""

    MODEL_CARD = "model-card"
    DATA_SHEET = "data-sheet"
    IMPACT_ASSESSMENT = "impact-assessment"


def paper(
    kind: Annotated[Paper, typer.Argument(help="Which paper.")],
    name: Annotated[str, typer.Argument(help="open, gdpr, zhima-2018, or a YAML file")],
    as_of: Annotated[str, typer.Option(help="The day, as 2026-11-01.")],
    out: Annotated[Path, typer.Option("--out", "-o", callback=writes(), help="A Markdown file.")],
    measured: Annotated[
        Path | None, typer.Option(help="JSON of `zhima validate --json`, for the model card.")
    ] = None,
) -> None:
    """Write a model card, a data sheet or an impact assessment from a rulebook."""
    from zhima.cli.papers.facts import facts
    from zhima.engine.files import atomic

    known = facts(name, as_of=_day(as_of), measured=_measures(measured))
    with atomic(out) as temporary:
        temporary.write_text(render(kind, known), encoding="utf-8")
    print(f"{out}: {kind} of {known.loaded.name}")


def render(kind: Paper, known: object) -> str:
    """The paper as Markdown."""
    from jinja2 import Environment, StrictUndefined

    template = resources.files("zhima.cli.papers").joinpath(f"{kind}.md.j2").read_text("utf-8")
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )  # Markdown, not HTML: nothing of it is typed by a stranger.
    return environment.from_string(template).render(facts=known)


def _day(text: str) -> date:
    from zhima.engine.kinds import ZhimaError

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ZhimaError(f"--as-of {text!r} is no day; write it as 2026-11-01") from error


def _measures(path: Path | None) -> dict[str, float]:
    from zhima.engine.files import read_json
    from zhima.engine.kinds import ZhimaError

    read = read_json(path) if path else {}
    if not isinstance(read, dict):
        raise ZhimaError(f"{path} holds no measures: give the JSON of `zhima validate --json`")
    try:
        return {name: float(said) for name, said in read.items() if isinstance(said, int | float)}
    except OverflowError as error:
        raise ZhimaError(f"{path} holds a measure that is too large: {error}") from error
