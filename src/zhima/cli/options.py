"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhima.engine.kinds import ZhimaError

Events = Annotated[Path, typer.Option(help="Events table (Parquet), as `zhima import` writes it.")]
Ties = Annotated[Path | None, typer.Option(help="Ties table (.parquet or .csv).")]
RulebookName = Annotated[
    str, typer.Option(help="open, gdpr, zhima-2018, or a rulebook's YAML file.")
]
CardFile = Annotated[Path | None, typer.Option(help="A card instead of the rulebook's own.")]
CatalogueFile = Annotated[
    Path | None, typer.Option(help="A catalogue of features instead of the rulebook's own.")
]
AsOf = Annotated[
    str,
    typer.Option("--as-of", help="The day (2026-09-01) or moment; nothing later is seen."),
]


def moment(text: str) -> datetime:
    """Read `--as-of`: a day stands for its first moment in UTC; a time needs its zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ZhimaError(
            f"--as-of {text!r} is no date; write 2026-09-01 or 2026-09-01T12:00:00+00:00"
        ) from error
    if len(text) == len("2026-09-01"):
        return read.replace(tzinfo=UTC)
    if read.tzinfo is None:
        raise ZhimaError(f"--as-of {text!r} has no time zone; add one, such as +00:00")
    return read.astimezone(UTC)
