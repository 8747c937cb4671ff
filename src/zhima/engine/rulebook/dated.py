"""Dated parameters: `values` by the day they come into force, each with a why and a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]


class NotInForce(Exception):
    """A parameter has no value on the day asked for."""

    def __init__(self, path: Path, first: date) -> None:
        self.path = path
        self.first = first
        super().__init__(f"has no value before {first}")


class BadParameter(Exception):
    """A dated parameter is not written as one; `path` says where."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Citation:
    """Why a parameter has its value, from when, and where that is written."""

    since: date
    why: str
    source: str
    unit: str | None = None


@dataclass(slots=True)
class Resolved:
    """A document with one value per parameter, and where each came from."""

    data: Any
    origins: dict[Path, Path] = field(default_factory=dict)
    """Path in `data` of each dated parameter -> path of its chosen value in the document."""
    citations: dict[Path, Citation] = field(default_factory=dict)

    def origin(self, path: Path) -> Path:
        """Where in the document something found at `path` of `data` is written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]] + path[length:]
        return path


def is_dated(node: Any) -> bool:
    """Whether a node of a document is a dated parameter."""
    return isinstance(node, dict) and "values" in node


def dates(node: Any) -> set[date]:
    """Every day on which something in the document changes."""
    if is_dated(node):
        values = node["values"] if isinstance(node["values"], dict) else {}
        return {day for day in values if _is_day(day)}
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return set().union(*(dates(child) for child in children)) if children else set()


def _is_day(key: Any) -> bool:
    return isinstance(key, date) and not isinstance(key, datetime)


def resolve(document: Any, *, as_of: date) -> Resolved:
    """Choose each parameter's value in force on `as_of`; raises NotInForce or BadParameter."""
    resolved = Resolved(data=None)
    resolved.data = _resolve(document, as_of, (), (), resolved)
    return resolved


def _resolve(node: Any, as_of: date, path: Path, written: Path, into: Resolved) -> Any:
    if is_dated(node):
        return _choose(node, as_of, path, written, into)
    if isinstance(node, dict):
        return {k: _resolve(v, as_of, (*path, k), (*written, k), into) for k, v in node.items()}
    if isinstance(node, list):
        return [_resolve(v, as_of, (*path, i), (*written, i), into) for i, v in enumerate(node)]
    return node


def _choose(node: dict[str, Any], as_of: date, path: Path, written: Path, into: Resolved) -> Any:
    for key in ("why", "source"):
        if not node.get(key):
            raise BadParameter(written, f"a dated parameter needs a {key}")
    unknown = set(node) - {"why", "source", "unit", "values"}
    if unknown:
        raise BadParameter(written, f"unknown key {', '.join(sorted(map(str, unknown)))}")
    values = node["values"]
    if not isinstance(values, dict) or not values or not all(map(_is_day, values)):
        raise BadParameter((*written, "values"), "values must be keyed by dates like 2026-01-31")
    started = [day for day in values if day <= as_of]
    if not started:
        raise NotInForce(written, min(values))
    since = max(started)
    into.origins[path] = (*written, "values", since)
    into.citations[path] = Citation(since, node["why"], node["source"], node.get("unit"))
    return values[since]
