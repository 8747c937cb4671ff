"""Every route of the city, and a path that leads there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
"""The office's own routes are regular expressions."""


def every_route() -> list[str]:
    """Patterns as they stand in the code, from the root on: `people/<uuid:person_id>/`."""
    return sorted(set(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def path_to(route: str, arguments: Mapping[str, object]) -> str:
    """A route with its parameters filled in; `1` where nothing is known of one."""

    def fill(found: re.Match[str]) -> str:
        return str(arguments.get(found[1], 1))

    plain = _GROUP.sub(fill, route).replace("^", "").replace("$", "")
    return "/" + _PARAMETER.sub(fill, plain)
