"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from zhima.engine.kinds import ZhimaError

if TYPE_CHECKING:
    import pyarrow as pa

    from zhima.engine.score.fit import Policy

Key = TypeVar("Key")

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


RulesOf = Annotated[
    str | None,
    typer.Option(help="The day whose rules apply, when it is not that of --as-of."),
]


_OUTPUTS: set[object] = set()


def writes(*suffixes: str) -> Callable[[Path | None], Path | None]:
    """The callback of every option that names a file to write: refused before any work is done.

    With `suffixes`, the name must end in one of them.
    """

    def refuse_unwritable(path: Path | None) -> Path | None:
        from zhima.engine.files import require_writable

        if path is not None:
            require_writable(path, *suffixes)
        return path

    _OUTPUTS.add(refuse_unwritable)
    return refuse_unwritable


def is_output(callback: object) -> bool:
    """Whether an option with this callback names a file to write."""
    return callback in _OUTPUTS


Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same result.")]


JsonReport = Annotated[
    Path | None,
    typer.Option("--json", callback=writes(), help="Also write what was found to this file."),
]
HtmlReport = Annotated[Path | None, typer.Option(callback=writes(), help="HTML report to write.")]


def moment(text: str, option: str = "--as-of") -> datetime:
    """Read a moment: a day stands for its first moment in UTC; a time needs its zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _timed(text, option)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _timed(text: str, option: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ZhimaError(
            f"{option} {text!r} is no date; write 2026-09-01 or 2026-09-01T12:00:00+00:00"
        ) from error
    if read.tzinfo is None:
        raise ZhimaError(f"{option} {text!r} has no time zone; add one, such as +00:00")
    return read.astimezone(UTC)


def policy_for(
    rulebook: str,
    at: datetime,
    *,
    rules_of: str | None = None,
    card: Path | None = None,
    catalogue: Path | None = None,
    of_table: bool = False,
) -> Policy:
    """What turns events into scores as of `at`, under the rules of that day or of another.

    With `of_table` what turns rows of a plain table into scores, and reads any score there is.
    """
    from zhima.engine.score.fit import load_policy, load_table_policy

    day = moment(rules_of, "--rules-of") if rules_of else at
    load = load_table_policy if of_table else load_policy
    return load(rulebook, as_of=day.date(), card=card, catalogue=catalogue)


def with_known_outcome(table: pa.Table, target: str) -> pa.Table:
    """The rows whose outcome is known; says how many the others are."""
    from zhima.engine.scorecard import sample

    kept = sample.known(table, target)
    left_out = len(table) - len(kept)
    if left_out and len(kept):
        typer.echo(f"left out: {left_out:,} of {len(table):,} rows, where {target} is empty")
    return kept if len(kept) else table


def key_in(parse: Callable[[str], Key], path: Path) -> Key:
    """The key that a file holds; ZhimaError names the file when it holds none."""
    from zhima.engine.files import read_text

    try:
        return parse(read_text(path))
    except ZhimaError as error:
        raise ZhimaError(f"{path}: {error}") from error
