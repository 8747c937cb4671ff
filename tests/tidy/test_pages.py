"""Habits of the templates that a script of the web app relies on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "zhima"
TEMPLATES = sorted(
    path for kind in ("*.html", "*.py") for path in SOURCE.rglob(kind) if "static" not in path.parts
)
FOLD = re.compile(r"<(?:details|dialog)\b[^>]*>")
NAMED = re.compile(r"\sid=\"[^\"]+\"")


def folds_without_a_name(text: str) -> list[str]:
    """What can be folded open and could not be told from its neighbour when it is drawn anew."""
    return [fold for fold in FOLD.findall(text) if not NAMED.search(fold)]


@pytest.mark.parametrize(
    "path",
    [path for path in TEMPLATES if FOLD.search(path.read_text(encoding="utf-8"))],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_what_folds_open_has_an_id(path: Path) -> None:
    """web/src/keep.js: morphing pairs elements by their ids, and keeps those open that were."""
    assert not folds_without_a_name(path.read_text(encoding="utf-8"))


def test_a_fold_without_an_id_is_seen() -> None:
    assert folds_without_a_name('<details class="card" data-id="x"><summary>') != []
    assert folds_without_a_name('<details{% if open %} open{% endif %} id="{{ a }}-fold">') == []
