"""From a rulebook's YAML to the frozen rulebook of one day, with its hash and citations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pydantic

from zhima.engine.documents import LineOf, read_document, refusal
from zhima.engine.files import reading
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.dated import (
    BadParameter,
    Citation,
    NotInForce,
    Resolved,
    dates,
    resolve,
)
from zhima.engine.rulebook.dated import Path as KeyPath
from zhima.engine.rulebook.model import Rulebook
from zhima.engine.rulebook.never import SHIPPED, barred
from zhima.engine.rulebook.protected import grounds


@dataclass(frozen=True, slots=True)
class LoadedRulebook:
    """A rulebook in force on a day, where it was written, and the hash that names it."""

    rules: Rulebook
    sha256: str
    """Of the canonical JSON of `rules` without its date, and of the card and catalogue it names:
    the same policy has the same hash whatever the day, the spacing and the comments."""
    path: Path
    citations: dict[KeyPath, Citation]

    @property
    def name(self) -> str:
        """What travels with every score: id and the first twelve digits of the hash."""
        return f"{self.rules.id}#{self.sha256[:12]}"

    def beside(self, file: str) -> Path:
        """The path of a file that the rulebook names, relative to itself."""
        return self.path.parent / file


@cache
def shipped_names() -> tuple[str, ...]:
    """The rulebooks that come with the package, by name."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml") if _is_rulebook(path)))


def _is_rulebook(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        return any(line.startswith("format: zhima-rulebook/") for line in stream)


def find(name: str) -> Path:
    """The path of a shipped rulebook by name, or of a file; ZhimaError lists what there is."""
    if name in shipped_names():
        return SHIPPED / f"{name}.yaml"
    if Path(name).is_file():
        return Path(name)
    raise ZhimaError(f"no rulebook {name!r}: give a file, or one of {', '.join(shipped_names())}")


def load(name: str, *, as_of: date) -> LoadedRulebook:
    """The rulebook as it stood on `as_of`; ZhimaError with file, line and reason if it is bad."""
    path = find(name)
    document, line_of = read_document(path)
    resolved = _resolve(path, document, line_of, as_of)
    if not isinstance(resolved.data, dict):
        raise ZhimaError(f"{path}:1: a rulebook is a mapping of keys to rules")

    def line_of_resolved(keys: Sequence[str | int]) -> int:
        return line_of(resolved.origin(tuple(keys)))

    try:
        rules = Rulebook.model_validate({**resolved.data, "as_of": as_of})
    except pydantic.ValidationError as error:
        raise refusal(path, line_of_resolved, error) from error
    _refuse_forbidden(rules, path, line_of_resolved)
    return LoadedRulebook(rules, _sha256(rules, path, line_of_resolved), path, resolved.citations)


def check(name: str) -> list[LoadedRulebook]:
    """Load the rulebook on every day on which it changes, oldest first."""
    path = find(name)
    document, _ = read_document(path)
    days = sorted(dates(document))
    if not days:
        raise ZhimaError(f"{path}:1: nothing in it is dated; give each parameter `values` by date")
    usable = [day for day in days if _complete(document, day)]
    return [load(name, as_of=day) for day in usable or days[-1:]]


def _complete(document: Any, day: date) -> bool:
    try:
        resolve(document, as_of=day)
    except NotInForce:
        return False
    except BadParameter:
        pass  # not missing but wrong: loading that day says so with its line
    return True


def _resolve(path: Path, document: Any, line_of: LineOf, as_of: date) -> Resolved:
    try:
        return resolve(document, as_of=as_of)
    except (BadParameter, NotInForce) as error:
        where = ".".join(str(key) for key in error.path)
        raise ZhimaError(f"{path}:{line_of(error.path)}: {where} {error}") from error


def _refuse_forbidden(rules: Rulebook, path: Path, line_of: LineOf) -> None:
    for index, purpose in enumerate(rules.evidence.purposes):
        if purpose in barred():
            raise ZhimaError(
                f"{path}:{line_of(('evidence', 'purposes', index))}: {purpose} may never be an "
                f"input of a score: {barred()[purpose].why}"
            )
    for index, ground in enumerate(rules.evidence.refuses):
        if ground not in grounds():
            raise ZhimaError(
                f"{path}:{line_of(('evidence', 'refuses', index))}: {ground} is no protected "
                f"ground; there are {', '.join(grounds())}"
            )


def _sha256(rules: Rulebook, path: Path, line_of: LineOf) -> str:
    digest = hashlib.sha256()
    content = rules.model_dump(mode="json", exclude={"as_of"})
    if not rules.evidence.refuses:
        # Rulebooks are older than this rule; those without it are called as they were.
        del content["evidence"]["refuses"]
    digest.update(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
    for key in ("card", "catalogue"):
        named = path.parent / content[key]
        try:
            with reading(named):
                digest.update(hashlib.sha256(named.read_bytes()).digest())
        except ZhimaError as error:
            raise ZhimaError(f"{path}:{line_of((key,))}: {error}") from error
    return digest.hexdigest()
