"""Ties already numbered and mutual, from Parquet: the fast way in for a network made elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from zhima.engine.files import reading, require_file
from zhima.engine.kinds import ZhimaError
from zhima.engine.network.checks import Edges, check_not_self, indices_of, strengths_of

BATCH_ROWS = 4_000_000
COLUMNS = ("i", "j", "strength")


def read_edges(path: Path, *, people: int) -> Edges:
    """Read the columns i, j (indices below `people`) and strength, each mutual tie once.

    Strengths become float32. Raises NetworkError for a tie that cannot be, ZhimaError for a file
    that is no such table.
    """
    require_file(path)
    with reading(path), pq.ParquetFile(path) as file:
        return _read(file, path, people)


def _read(file: pq.ParquetFile, path: Path, people: int) -> Edges:
    missing = [column for column in COLUMNS if column not in file.schema_arrow.names]
    if missing:
        raise ZhimaError(f"{path} lacks the column {', '.join(missing)}")
    rows = file.metadata.num_rows
    edges = Edges(np.empty(rows, np.uint32), np.empty(rows, np.uint32), np.empty(rows, np.float32))
    filled = 0
    for batch in file.iter_batches(BATCH_ROWS, columns=list(COLUMNS)):
        part = slice(filled, filled + len(batch))
        i, j, strength = (batch[column].to_numpy(zero_copy_only=False) for column in COLUMNS)
        edges.i[part], edges.j[part] = indices_of(i, people), indices_of(j, people)
        edges.strength[part] = strengths_of(strength.astype(np.float32))
        check_not_self(edges.i[part], edges.j[part])
        filled += len(batch)
    return edges
