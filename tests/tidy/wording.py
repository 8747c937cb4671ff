"""What the city's pages say, found in templates and code, for the check of its translations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

CITY = Path(__file__).parents[2] / "src" / "zhima" / "city"
_CALL = re.compile(
    r"""\b(gettext|ngettext|pgettext|_)\(\s*u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""(?:\s*,\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)"""
)
_KEYWORDS = ("_", "gettext", "gettext_lazy", "pgettext", "ngettext")


def sentences() -> dict[str, str]:
    """Every sentence to translate, with the file it was first found in."""
    found: dict[str, str] = {}
    for path in sorted(CITY.rglob("*")):
        if path.suffix == ".html":
            said = _of_template(path)
        elif path.suffix == ".py" and "migrations" not in path.parts:
            said = _of_code(path)
        else:
            continue
        for sentence in said:
            found.setdefault(sentence, str(path.relative_to(CITY)))
    return found


def _of_template(path: Path) -> Iterator[str]:
    for call in _CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
        words = ast.literal_eval(f"({call[2]},)")
        # A context comes first and is not said.
        yield from words[1:] if call[1] == "pgettext" else words


def _of_code(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for _, function, said, _ in extract_python(file, _KEYWORDS, (), {}):
            words = said if isinstance(said, tuple) else (said,)
            yield from (word for word in words[function == "pgettext" :] if word)
