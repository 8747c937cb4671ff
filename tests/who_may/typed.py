"""What somebody may send in place of what a form asks for: every form answers, and none breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.test import Client

WHATEVER = (
    "",
    "-1",
    "9" * 26,
    "NaN",
    "zz",
    "\0",
    "9999-12-31T23:59:59",
    "[]",
    "<svg onload=alert(1)>",
    "x" * 5000,
)
_FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*>")
_NAME, _VALUE = re.compile(r'\bname="([^"]+)"'), re.compile(r'\bvalue="([^"]*)"')


def requires_answers(client: Client, path: str, form: Mapping[str, object]) -> None:
    """Send each field of the page at `path`, and of `form`, with everything that it is not."""
    fields = {**_fields_of(client, path), **{name: str(said) for name, said in form.items()}}
    for name in fields or {"any": ""}:
        for typed in WHATEVER:
            sent = {**fields, name: typed}
            for answer in (client.post(path, sent), client.get(path, {name: typed})):
                assert answer.status_code < 500, (path, name, typed)


def _fields_of(client: Client, path: str) -> dict[str, str]:
    answer = client.get(path)
    if "text/html" not in answer.get("Content-Type", "") or answer.streaming:
        return {}
    found: dict[str, str] = {}
    for tag in _FIELD.findall(answer.content.decode()):
        name, value = _NAME.search(tag), _VALUE.search(tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else "1"
    return found
