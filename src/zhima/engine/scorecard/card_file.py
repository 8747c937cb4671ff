"""Cards on disk: readable YAML, refused with file, line and reason."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from zhima.engine import files
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard.card import Card

_UNSAID = {"pairs", "special", "note", "fitted_on", "measures", "left_out"}
"""Keys left out of the file when they hold nothing."""


def load(path: Path) -> Card:
    """Read a card; ZhimaError names the file, the line and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ZhimaError(f"cannot read the card {path}: {error}") from error
    return loads(text, source=str(path))


def loads(text: str, *, source: str = "card") -> Card:
    """Parse a card from YAML; `source` names it in errors."""
    try:
        return Card.model_validate(YAML(typ="safe", pure=True).load(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ZhimaError(f"{source}, line {line}: not YAML: {error.problem}") from error
    except YAMLError as error:
        raise ZhimaError(f"{source}: not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in first["loc"])
        line = _line_of(text, first["loc"])
        at = f" at {where}" if where else ""
        raise ZhimaError(f"{source}, line {line}{at}: {reason}") from error


def save(card: Card, path: Path) -> None:
    """Write a card, whole or not at all."""
    with files.atomic(path) as temporary:
        temporary.write_text(dumps(card), encoding="utf-8")


def dumps(card: Card) -> str:
    """A card as YAML: one block an attribute, lists of numbers on one line."""
    yaml = YAML()
    yaml.width = 100
    yaml.default_flow_style = False
    out = io.StringIO()
    yaml.dump(_block(card.model_dump(mode="json")), out)
    return out.getvalue()


def _block(value: Any) -> Any:
    if isinstance(value, dict):
        said = {k: v for k, v in value.items() if v not in (None, [], {}) or k not in _UNSAID}
        return CommentedMap((key, _plain_key(key, inner)) for key, inner in said.items())
    if isinstance(value, list):
        block = CommentedSeq(_block(inner) for inner in value)
        if not any(isinstance(inner, (dict, list)) for inner in value):
            block.fa.set_flow_style()
        return block
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain_key(key: str, value: Any) -> Any:
    if key == "special" and isinstance(value, dict):
        codes = {float(code): points for code, points in value.items()}
        return {int(c) if c.is_integer() else c: points for c, points in codes.items()}
    return _block(value)


def _line_of(text: str, location: Iterable[int | str]) -> int:
    """The 1-based line of the deepest part of `location` that the file holds."""
    node = YAML(typ="rt").load(text)
    line = 0
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0]
        else:
            # pydantic puts the name of the chosen kind into the path; files do not
            continue
        node = node[part]
    return line + 1
