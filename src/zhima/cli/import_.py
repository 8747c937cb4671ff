"""`zhima import`: raw files to events, outcomes and ties by a mapping file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhima.cli.options import moment, writes

if TYPE_CHECKING:
    from zhima.engine.events.staging import Imported

WITH_FINDINGS = 3


def import_(
    raw: Annotated[list[Path], typer.Argument(help="CSV or Parquet files, or folders of them.")],
    mapping: Annotated[Path, typer.Option("--map", help="The mapping file, TOML.")],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", callback=writes(".parquet"), help="Where events go, .parquet."),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(help="Events after it lie in the future and are set aside; now if left out."),
    ] = None,
) -> None:
    """Import raw files; bad rows are kept beside the output, and the exit code is then 3."""
    from zhima.cli.progress import Stages
    from zhima.engine.events.importer import import_files
    from zhima.engine.events.mapping import load_mapping

    latest = datetime.now(UTC) if as_of is None else moment(as_of)
    done = import_files(raw, load_mapping(mapping), out, as_of=latest, stage=Stages())
    _print(done)
    if done.reasons:
        raise typer.Exit(WITH_FINDINGS)


def _print(done: Imported) -> None:
    written = ", ".join(f"{count:,} {kind}" for kind, count in done.rows_out.items())
    print(f"{done.rows_in:,} rows read: {written}")
    if done.repeated:
        print(f"{done.repeated:,} repeated rows dropped")
    if done.left_out:
        print(f"{done.left_out:,} rows left out by the map")
    for reason, count in done.reasons.items():
        print(f"{count:>8,}  {reason}{_example(done.written['findings'], reason)}")
    if done.set_aside:
        print(f"{done.set_aside:,} rows set aside in {done.written['set_aside']}")
    for path in done.written.values():
        print(path)


def _example(findings: Path, reason: str) -> str:
    """Where that reason was found, once: what to look at first."""
    import pyarrow.dataset as pa_dataset

    found = pa_dataset.dataset(findings)
    wanted = pa_dataset.field("reason") == reason
    (first,) = found.head(1, filter=wanted).to_pylist() or (None,)
    if first is None:
        return ""
    held = f" holds {first['value']!r}" if first["value"] else ""
    column = f", column {first['column']}{held}" if first["column"] else ""
    return f"  ({first['source']} row {first['row']}{column})"
