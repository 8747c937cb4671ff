"""One zip with everything: JSON and Parquet for machines, a page for people, and a signed list.

index.html            the same for reading
schema.json           what each table and column is
data/<table>.json     a list of rows
data/<table>.parquet  the same rows
manifest.txt          SHA-256 of each of these files, signed by the city that gave them out
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow.parquet as parquet
from django.template.loader import render_to_string

from zhima.city.merkle import notes
from zhima.city.mydata.holdings import Holding
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

FORMAT = "zhima-my-data/1"
MANIFEST = "manifest.txt"
MOST_BYTES = 512 * 1024 * 1024
"""Of one file in an archive that is read: a zip can promise more than any disk holds."""


def build(
    *, person: Person, holdings: Iterable[Holding], made_at: datetime, sign: Callable[[str], str]
) -> bytes:
    """The zip. `sign` turns the manifest's text into a signed note."""
    tables = list(holdings)
    files = {
        "index.html": _page(person, tables, made_at),
        "schema.json": _json(_schema(tables, made_at)),
    }
    for table in tables:
        files[f"data/{table.name}.json"] = _json(table.rows)
        files[f"data/{table.name}.parquet"] = _parquet(table)
    files[MANIFEST] = sign(_manifest(files, made_at)).encode()
    return _zip(files)


def read(content: bytes, *, key: notes.PublicKey) -> dict[str, bytes]:
    """The files of an archive that the holder of `key` signed; ZhimaError when it is not whole."""
    files = _unzip(content)
    if MANIFEST not in files:
        raise ZhimaError(f"the archive has no {MANIFEST}: it was not made by a city")
    note = notes.parse(files.pop(MANIFEST).decode(errors="replace"))
    notes.check(note, key)
    listed = dict(_listed(note.text))
    if set(listed) != set(files):
        odd = sorted(set(listed) ^ set(files))[0]
        raise ZhimaError(f"the archive and its manifest disagree about {odd}")
    for name, content_of in files.items():
        if hashlib.sha256(content_of).hexdigest() != listed[name]:
            raise ZhimaError(f"{name} was changed after the archive was signed")
    return files


def _manifest(files: Mapping[str, bytes], made_at: datetime) -> str:
    lines = [FORMAT, made_at.isoformat(timespec="seconds")]
    lines += [f"{hashlib.sha256(files[name]).hexdigest()} {name}" for name in sorted(files)]
    return "\n".join(lines) + "\n"


def _listed(text: str) -> Iterable[tuple[str, str]]:
    lines = text.splitlines()
    if not lines or lines[0] != FORMAT:
        raise ZhimaError(f"the manifest is not of format {FORMAT}")
    for line in lines[2:]:
        digest, _, name = line.partition(" ")
        yield name, digest


def _schema(tables: list[Holding], made_at: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": made_at.isoformat(timespec="seconds"),
        "tables": {
            table.name: {
                "meaning": table.meaning,
                "rows": len(table.rows),
                "columns": {field.name: str(field.type) for field in table.schema},
            }
            for table in tables
        },
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_iso).encode()


def _iso(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _parquet(table: Holding) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(table.table(), buffer, compression="zstd")
    return buffer.getvalue()


def _page(person: Person, tables: list[Holding], made_at: datetime) -> bytes:
    context = {"person": person, "tables": tables, "made_at": made_at}
    return render_to_string("mydata/archive.html", context).encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _unzip(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(info.file_size > MOST_BYTES for info in archive.infolist()):
                raise ZhimaError(f"a file of the archive is over {MOST_BYTES} bytes")
            return {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise ZhimaError(f"this is no zip that can be read: {error}") from error
