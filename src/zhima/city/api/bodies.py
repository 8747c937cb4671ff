"""Bodies of the APIs, read as JSON that means one thing to everybody.

Whatever this refuses is answered 400 in the one error shape (`errors.install`).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser


class OneMeaning(Parser):
    """JSON in UTF-8 without names said twice, numbers that are none, and halves of characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What the body says; ValueError or RecursionError for one that is refused."""
        text = request.body.decode("utf-8")
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        # Only an escape can bring half a character, which no database takes.
        if "\\u" in text:
            json.dumps(said, ensure_ascii=False).encode("utf-8")
        return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is said twice: each reader would choose another value")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
