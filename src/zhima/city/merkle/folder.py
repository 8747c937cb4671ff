"""A log as files that any static server can hand out, read from a folder or over HTTP."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError

from zhima.city.merkle.hashing import HASH_BYTES
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.tiles import (
    WIDTH,
    Place,
    Tile,
    bundle,
    edge,
    entries_path,
    tile_path,
)
from zhima.engine.files import atomic
from zhima.engine.kinds import ZhimaError

HEAD = "checkpoint"
TIMEOUT_S = 20


class Files(Protocol):
    """Where the files of a log are."""

    def read(self, name: str) -> bytes:
        """The content; LogError when there is no such file."""
        ...


class Folder:
    """Files on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes:
        """The content; LogError when there is no such file."""
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise _missing(name) from error

    def names(self) -> Iterator[str]:
        """Every file under `tile/`."""
        for path in (self.path / "tile").rglob("*"):
            if path.is_file():
                yield path.relative_to(self.path).as_posix()

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic(path) as temporary:
            temporary.write_bytes(data)


class Site:
    """Files of a static server."""

    def __init__(self, address: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise ZhimaError(f"not an address of the web: {address}")
        self._address = address.rstrip("/")

    def read(self, name: str) -> bytes:
        """The content; LogError when there is no such file."""
        try:
            with urllib.request.urlopen(f"{self._address}/{name}", timeout=TIMEOUT_S) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            raise _missing(name) from error
        except (URLError, TimeoutError, ValueError) as error:
            raise ZhimaError(f"{self._address} cannot be reached: {error}") from error


def open_files(where: str) -> Folder | Site:
    """A folder, or a site when it begins like an address of the web."""
    if where.startswith(("http://", "https://")):
        return Site(where)
    folder = Path(where)
    if not folder.is_dir():
        raise ZhimaError(f"there is no folder {where}: `zhima log export` makes one")
    return Folder(folder)


def read_head(files: Files) -> str:
    """The signed head as it stands in the files."""
    try:
        data = files.read(HEAD)
    except LogError as error:
        raise LogError(Wrong.NO_HEAD, "there is no file named checkpoint") from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise LogError(Wrong.TORN_HEAD, "the checkpoint is no text") from error


class TilesOf:
    """Tiles of a log of a known length, from its files."""

    def __init__(self, files: Files, size: int) -> None:
        self._files = files
        self._open = {(place.level, place.n): place for place in edge(size)}

    def __call__(self, level: int, n: int) -> bytes:
        """The hashes of a tile, at its width in a log of that length."""
        place = self._open.get((level, n), Place(level, n, WIDTH))
        return self._files.read(tile_path(place))


def write_tiles(folder: Folder, tiles: Iterable[Tile]) -> None:
    """Write tiles under the names of their widths; a full one replaces its parts."""
    for tile in tiles:
        place = Place(tile.level, tile.n, len(tile.hashes) // HASH_BYTES)
        folder.write(tile_path(place), tile.hashes)
        _drop_other_parts(folder, tile_path(place._replace(width=WIDTH)), place.width)


def write_entries(folder: Folder, n: int, entries: list[bytes]) -> None:
    """Write the entries from 256 n on, at most 256 of them."""
    folder.write(entries_path(n, len(entries)), bundle(entries))
    _drop_other_parts(folder, entries_path(n, WIDTH), len(entries))


def _drop_other_parts(folder: Folder, full_name: str, width: int) -> None:
    parts = folder.path / f"{full_name}.p"
    if not parts.is_dir():
        return
    if width == WIDTH:
        shutil.rmtree(parts)
        return
    for path in parts.iterdir():
        if path.name != str(width):
            path.unlink()


def _missing(name: str) -> LogError:
    return LogError(Wrong.MISSING_FILE, f"there is no file {name}")
