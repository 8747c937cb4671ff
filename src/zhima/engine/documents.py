"""Hand-written YAML, read so that every complaint names the file and the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from zhima.engine.files import MOST_WRITTEN, read_text, reading
from zhima.engine.kinds import ZhimaError

Model = TypeVar("Model", bound=pydantic.BaseModel)
MOST_PARTS = 1_000_000
LineOf = Callable[[Sequence[str | int]], int]
"""From a path of keys and list positions to the 1-based line where that value is written."""


class Complaint(ValueError):
    """What a model's validator found wrong, at `path` below the part it validates."""

    def __init__(self, reason: str, *path: str | int) -> None:
        self.path = path
        super().__init__(reason)


def read_document(path: Path) -> tuple[Any, LineOf]:
    """Read one YAML document: its plain data, and the line of any part of it.

    A path that leads nowhere gives the line of its deepest part that exists. Raises ZhimaError
    with file, line and reason for text that is no YAML, repeats a key or holds nothing.
    """
    loader = YAML(typ="safe", pure=True)
    text = read_text(path, most_bytes=MOST_WRITTEN)
    with reading(path, ValueError, YAMLError):
        try:
            root = loader.compose(text)
            if root is None:
                raise ZhimaError(f"{path}:1: the file is empty")
            _parts(root, path, {})
            data = loader.constructor.construct_document(root)
        except MarkedYAMLError as error:
            raise ZhimaError(f"{path}:{_line_of_error(error)}: {error.problem}") from error
    return data, lambda keys: _line_of(root, keys)


def _parts(node: Node, path: Path, counted: dict[int, int]) -> int:
    """How many parts a document has once its aliases are written out.

    ZhimaError when they are too many for a document that somebody wrote, or without end.
    """
    known = counted.get(id(node))
    if known is None:
        counted[id(node)] = MOST_PARTS
        known = 1 + sum(_parts(child, path, counted) for child in _children(node))
        counted[id(node)] = known
    if known >= MOST_PARTS:
        line = node.start_mark.line + 1
        raise ZhimaError(f"{path}:{line}: its aliases multiply beyond {MOST_PARTS:,} parts")
    return known


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, SequenceNode):
        yield from node.value
    elif isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair


def validated(model: type[Model], path: Path) -> Model:
    """Read `path` into `model`; every complaint of the model becomes one `file:line: reason`."""
    data, line_of = read_document(path)
    try:
        return model.model_validate(data)
    except pydantic.ValidationError as error:
        raise refusal(path, line_of, error) from error


def refusal(path: Path, line_of: LineOf, error: pydantic.ValidationError) -> ZhimaError:
    """One `file:line: reason` for each complaint of a model, in the order of the file."""
    complaints = sorted((line_of(_place(part)), reason_of(part)) for part in error.errors())
    return ZhimaError("\n".join(f"{path}:{line}: {reason}" for line, reason in complaints))


def _place(part: Any) -> tuple[str | int, ...]:
    raised = part.get("ctx", {}).get("error")
    return (*part["loc"], *(raised.path if isinstance(raised, Complaint) else ()))


_PLAIN = {"missing": "is missing", "extra_forbidden": "is not known here; is it spelt right?"}


def reason_of(part: Any, *, placed: bool = False) -> str:
    """One complaint of a model in words for whoever wrote the file.

    With `placed`, the reader has been told the place already.
    """
    if part["type"] == "value_error":
        return str(part["ctx"]["error"])
    where = "" if placed else ".".join(str(key) for key in part["loc"])
    said = _PLAIN.get(part["type"])
    if said:
        return f"{where} {said}".strip()
    return f"{where}: {part['msg']}" if where else str(part["msg"])


def _line_of_error(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _line_of(root: Node, keys: Sequence[str | int]) -> int:
    node, line = root, root.start_mark.line + 1
    for key in keys:
        # Steps that are no key of the file (pydantic names the member of a union) are passed over.
        found = _child(node, key)
        if found is not None:
            node, line = found
    return line


def _child(node: Node, key: str | int) -> tuple[Node, int] | None:
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        item = node.value[key]
        return item, item.start_mark.line + 1
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line + 1
    return None
