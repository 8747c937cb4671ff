"""Raw files to events, outcomes and ties: streaming, with every bad row kept aside and named.

Rows in = rows out + rows set aside + rows left out by the map + identical repetitions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from zhima.engine.events.mapping import Mapping, Section
from zhima.engine.events.raw import read_raw, rows_of_table
from zhima.engine.events.staging import Imported, Staging
from zhima.engine.files import require_exists, require_writable, writing
from zhima.engine.kinds import ZhimaError

MEMORY_LIMIT = "1GiB"
"""Of the database that holds what is being imported; beyond it everything spills to disk."""

Stage = Callable[[str], AbstractContextManager[object]]
"""Called with the name of a piece of work before it is done; the context closes after it."""


def import_files(
    raw: Sequence[Path],
    mapping: Mapping,
    output: Path,
    *,
    as_of: dt.datetime,
    stage: Stage = nullcontext,
) -> Imported:
    """Import raw files, or the folders that hold them, by a mapping into `output`.

    Events go to `output`; outcomes and ties, if the map makes some, beside it as `STEM.outcomes`
    and `STEM.ties`. Findings go to `STEM.findings`, the raw rows they are about to
    `STEM.set_aside`; both are absent when there are none. `as_of` is the time after which an event
    lies in the future. Raises ZhimaError for files that cannot be read or do not fit the map.
    """
    with _staging(output, as_of) as staging:
        for path, section in _work(raw, mapping):
            with stage(f"{path.name} to {section.output}"):
                staging.stage(read_raw(path, section.csv), section, path.parent)
        with stage("duplicates and writing"):
            return staging.finish(output, {section.output for section in mapping.source})


def import_table(
    table: Any, mapping: Mapping, output: Path, *, name: str, as_of: dt.datetime
) -> Imported:
    """Import an Arrow table or any Ibis table; `name` plays the part of the file name."""
    with _staging(output, as_of) as staging:
        sections = mapping.sections_for(name)
        if not sections:
            raise ZhimaError(f"no section of the map takes {name}")
        for section in sections:
            with TemporaryDirectory(prefix=".zhima-import-", dir=output.parent) as folder:
                staging.stage(rows_of_table(table, name, Path(folder)), section, output.parent)
        return staging.finish(output, {section.output for section in sections})


def _work(raw: Sequence[Path], mapping: Mapping) -> list[tuple[Path, Section]]:
    work: list[tuple[Path, Section]] = []
    for path in raw:
        require_exists(path)
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        found = [(file, part) for file in files for part in mapping.sections_for(file.name)]
        if not found:
            patterns = ", ".join(section.files for section in mapping.source)
            raise ZhimaError(f"the map takes nothing from {path}; it knows {patterns}")
        work += found
    if not work:
        raise ZhimaError("no raw file was given")
    return work


@contextmanager
def _staging(output: Path, as_of: dt.datetime) -> Iterator[Staging]:
    if as_of.tzinfo is None:
        raise ZhimaError(f"as_of {as_of.isoformat()} has no time zone; write it in UTC")
    require_writable(output, ".parquet")
    with (
        writing(output, duckdb.OperationalError),
        TemporaryDirectory(prefix=".zhima-import-", dir=output.parent) as folder,
    ):
        settings = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": folder,
            "preserve_insertion_order": "false",
        }
        connection = duckdb.connect(str(Path(folder) / "staging.duckdb"), config=settings)
        connection.execute("SET TimeZone = 'UTC'")
        try:
            yield Staging(connection, as_of)
        finally:
            connection.close()
