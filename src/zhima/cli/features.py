"""`zhima features`: the feature table of everybody, or of every outcome."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import Events, moment, writes
from zhima.engine.kinds import ZhimaError


class EngineName(StrEnum):
    """Where the features are computed."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def features(
    events: Events,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", callback=writes(".parquet"), help="Feature table, .parquet."),
    ],
    as_of: Annotated[
        str | None, typer.Option(help="Day (2026-09-01) or moment; nothing later is seen.")
    ] = None,
    outcomes: Annotated[
        Path | None, typer.Option(help="Outcomes; each row is seen from its own as_of instead.")
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="Catalogue of features; the shipped one if left out.")
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Where to compute.")] = EngineName.DUCKDB,
) -> None:
    """Compute features: of everybody as of a day, or of every outcome just before it was known."""
    from zhima.cli.progress import Stages
    from zhima.engine.events.admission import read_keyed, require_events
    from zhima.engine.features.batch import Engine, write, write_at
    from zhima.engine.features.declaration import SHIPPED_CATALOGUE, load_catalogue

    if (as_of is None) == (outcomes is None):
        raise ZhimaError("give either --as-of or --outcomes")
    declared = load_catalogue(catalogue or SHIPPED_CATALOGUE)
    require_events(events)
    with Stages()("features"):
        if outcomes is not None:
            known = read_keyed(outcomes)
            rows = write_at(events, declared, known, out, engine=Engine(engine))
        else:
            assert as_of is not None
            rows = write(events, declared, out, as_of=moment(as_of), engine=Engine(engine))
    print(f"{rows:,} rows of {len(declared.ids)} features\n{out}")
