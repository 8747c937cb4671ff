"""A rulebook of one's own begins as a copy of one that stands, with the files that it names."""

from __future__ import annotations

import re
from pathlib import Path

from zhima.engine.files import atomic, read_text, reading
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.load import check, find
from zhima.engine.rulebook.model import IDENTIFIER


def copy(name: str, to: Path) -> tuple[Path, ...]:
    """Write the rulebook `name` to `to` under the id of that file's name; returns what was written.

    The cards and the catalogue of all its days go beside it, under the same relative names. A file
    that is there with other content is not written over. ZhimaError says what is in the way.
    """
    if not re.fullmatch(IDENTIFIER, to.stem):
        raise ZhimaError(
            f"{to.name}: the file's name is the rulebook's id; use small letters, digits and -"
        )
    source = find(name)
    written = re.sub(r"(?m)^id: .*$", f"id: {to.stem}", read_text(source), count=1)
    content = {to: written.encode()}
    for file in _named(name):
        with reading(source.parent / file):
            content[to.parent / file] = (source.parent / file).read_bytes()
    for path, wanted in content.items():
        if path.exists() and path.read_bytes() != wanted:
            raise ZhimaError(f"{path} is there already, with other content; choose another folder")
    new = tuple(path for path in content if not path.exists())
    for path in new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic(path) as temporary:
            temporary.write_bytes(content[path])
    return new


def _named(name: str) -> list[str]:
    rules = [loaded.rules for loaded in check(name)]
    return sorted({file for each in rules for file in (each.card, each.catalogue)})
