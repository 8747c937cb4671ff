"""Bodies of the APIs, read as JSON that means one thing to everybody.

Whatever this refuses is answered 400 in the one error shape (`errors.install`).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from zhima.engine.files import parse_json


class OneMeaning(Parser):
    """JSON in UTF-8, as `parse_json` reads it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What the body says; ValueError or RecursionError for one that is refused."""
        return parse_json(request.body.decode("utf-8"))
