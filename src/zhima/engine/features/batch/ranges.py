"""Ranges of people that can be computed one after another, each from its own part of the file.

`zhima import` writes events by person, so a range of people lies in neighbouring row groups, and a
reader passes over the others by their statistics. The tables of a fold then stay small whatever
the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pa_parquet


@dataclass(frozen=True, slots=True)
class PersonRange:
    """Person ids from `start` up to, not including, `below`; None is open."""

    start: str | None = None
    below: str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    first: str
    last: str
    rows: int


def person_ranges(files: list[Path], *, rows: int) -> list[PersonRange]:
    """Ranges of about `rows` events each, ascending, which together hold every person id.

    A single open range when the files are not in order of person or do not say so.
    """
    groups = _groups(files)
    if groups is None or any(after.first < before.last for before, after in pairwise(groups)):
        return [PersonRange()]
    starts = list(_starts(groups, rows))
    return [PersonRange(*ends) for ends in pairwise([None, *starts, None])]


def _groups(files: list[Path]) -> list[_Group] | None:
    """Every row group of the files by its first person; None when one has no statistics."""
    found = []
    for path in files:
        metadata = pa_parquet.read_metadata(path)
        names = [metadata.schema.column(leaf).path for leaf in range(metadata.num_columns)]
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            told = group.column(names.index("person_id")).statistics
            if told is None or not told.has_min_max or not isinstance(told.min, str):
                return None
            found.append(_Group(told.min, told.max, group.num_rows))
    return sorted(found, key=lambda group: (group.first, group.last))


def _starts(groups: list[_Group], rows: int) -> Iterator[str]:
    """Where a new range begins; the first begins before everybody."""
    filled = 0
    for before, group in pairwise(groups):
        filled += before.rows
        if filled >= rows and group.first > before.first:
            yield group.first
            filled = 0
