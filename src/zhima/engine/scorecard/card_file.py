"""Cards on disk: readable YAML, refused with file, line and reason."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from zhima.engine import documents, files
from zhima.engine.scorecard.card import Card, is_short_whole

_UNSAID = {"pairs", "special", "note", "fitted_on", "measures", "left_out"}
"""Keys left out of the file when they hold nothing."""


def load(path: Path) -> Card:
    """Read a card; ZhimaError names the file, the line and what is wrong with it."""
    return documents.validated(Card, path)


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
        return CommentedMap((_text(key), _plain_key(key, inner)) for key, inner in said.items())
    if isinstance(value, list):
        block = CommentedSeq(_block(inner) for inner in value)
        if not any(isinstance(inner, (dict, list)) for inner in value):
            block.fa.set_flow_style()
        return block
    if isinstance(value, str):
        return _text(value)
    return int(value) if isinstance(value, float) and is_short_whole(value) else value


def _text(value: str) -> str:
    """Text with signs that nobody sees, such as other ends of lines, is escaped in its quotes."""
    return value if value.isprintable() else DoubleQuotedScalarString(value)


def _plain_key(key: str, value: Any) -> Any:
    if key == "special" and isinstance(value, dict):
        codes = {float(code): points for code, points in value.items()}
        return {int(c) if is_short_whole(c) else c: points for c, points in codes.items()}
    return _block(value)
