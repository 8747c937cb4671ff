"""A live network on disk: whole, checked, and going on with the same bits.

Layout: the magic line, the length of a JSON header (8 bytes, little-endian), the header, the
columns one after the other as the header names them, and the SHA-256 of all that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhima.engine.files import atomic
from zhima.engine.kinds import ZhimaError
from zhima.engine.network.precision import Precision
from zhima.engine.network.refusals import (
    NotASnapshotError,
    SnapshotCutShortError,
    SnapshotDamagedError,
)
from zhima.engine.network.state import State, empty_state
from zhima.engine.network.storage import gather_rows, spare_ties
from zhima.engine.network.terms import terms_of

MAGIC = b"zhima network snapshot 1\n"
PEOPLE_AT_A_TIME = 1_000_000
NODE_COLUMNS = ("residual", "score", "factor", "reported")
PERSON_COLUMNS = ("own", "grounding", "used", "tie_cap")
_LENGTH_BYTES = 8
_DIGEST_BYTES = hashlib.sha256().digest_size


class Snapshot(NamedTuple):
    """All that a live network is; marks, queue and free room are not."""

    precision: Precision
    state: State
    people: int


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write to a temporary name, flush to disk, rename: a reader sees the old or the new one."""
    with atomic(path) as temporary, temporary.open("wb") as file:
        digest = hashlib.sha256()
        for piece in _pieces(snapshot):
            digest.update(piece)
            file.write(piece)
        file.write(digest.digest())


def _pieces(snapshot: Snapshot) -> Iterator[bytes | memoryview]:
    precision, state, people = snapshot
    header = {
        "weight": precision.terms.weight,
        "capacity": precision.terms.capacity,
        "missing": precision.terms.missing,
        "tolerance_points": precision.tolerance_points,
        "additions": precision.additions,
        "people": people,
        "ties": int(state.used[:people].sum(dtype=np.int64)),
    }
    text = json.dumps(header).encode()
    yield MAGIC + len(text).to_bytes(_LENGTH_BYTES, "little") + text
    for column in _person_columns(state, people):
        yield _bytes_of(np.ascontiguousarray(column))
    for part in (0, 1):
        for rows in _packed_rows(state, people):
            yield _bytes_of(rows[part])


def _person_columns(state: State, people: int) -> list[npt.NDArray[Any]]:
    columns = [state.node[name][:people] for name in NODE_COLUMNS]
    return columns + [getattr(state, name)[:people] for name in PERSON_COLUMNS]


def _packed_rows(state: State, people: int) -> Iterator[tuple[npt.NDArray[Any], ...]]:
    for first in range(0, people, PEOPLE_AT_A_TIME):
        after = min(first + PEOPLE_AT_A_TIME, people)
        ties = int(state.used[first:after].sum(dtype=np.int64))
        contact, strength = np.empty(ties, np.uint32), np.empty(ties, np.float32)
        gather_rows(state, np.uint64(first), np.uint64(after), contact, strength)
        yield contact, strength


def _bytes_of(column: npt.NDArray[Any]) -> memoryview:
    return column.view(np.uint8).data


def read_snapshot(path: Path) -> Snapshot:
    """Read what `write_snapshot` wrote; NetworkError when it is not that, all of it, unharmed."""
    if not path.is_file():
        raise ZhimaError(f"cannot read {path}: no such file")
    with path.open("rb") as file:
        return _Reader(path, file).snapshot()


class _Reader:
    """Reads pieces in order and hashes them on the way."""

    def __init__(self, path: Path, file: BufferedReader) -> None:
        self.path, self.file, self.digest = path, file, hashlib.sha256()

    def snapshot(self) -> Snapshot:
        header = self._header()
        people, ties = header["people"], header["ties"]
        state = empty_state(people, ties + spare_ties(ties))
        for column in _person_columns(state, people):
            self._fill(column)
        self._fill(state.contact[:ties])
        self._fill(state.strength[:ties])
        if self.file.read(_DIGEST_BYTES + 1) != self.digest.digest():
            raise SnapshotDamagedError(f"{self.path} does not match its checksum; use an older one")
        state.start[1:] = np.cumsum(state.used[:-1], dtype=np.uint64)
        state.room[:] = state.used
        terms = terms_of(header["weight"], header["capacity"], header["missing"])
        precision = Precision(terms, header["tolerance_points"])
        precision.additions = header["additions"]
        return Snapshot(precision, state, people)

    def _header(self) -> dict[str, Any]:
        if self._read(len(MAGIC)) != MAGIC:
            raise NotASnapshotError(f"{self.path} is not a snapshot of a live network")
        length = int.from_bytes(self._read(_LENGTH_BYTES), "little")
        try:
            return json.loads(self._read(length))
        except ValueError as error:
            raise SnapshotDamagedError(f"{self.path} has a header that cannot be read") from error

    def _read(self, length: int) -> bytes:
        content = self.file.read(length)
        if len(content) < length:
            raise SnapshotCutShortError(f"{self.path} ends too early; use an older one")
        self.digest.update(content)
        return content

    def _fill(self, column: npt.NDArray[Any]) -> None:
        whole = column if column.flags.c_contiguous else np.empty_like(column)
        view = _bytes_of(whole)
        if self.file.readinto(view) < len(view):
            raise SnapshotCutShortError(f"{self.path} ends too early; use an older one")
        self.digest.update(view)
        if whole is not column:
            column[:] = whole
