"""What schemathesis needs to play an API of ours: which key goes where, and how hard it plays."""

from __future__ import annotations

from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

PLAYED = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


NOT_YET = "Bearer not-yet"
"""Examples of the document are made before the test that has the keys."""


class Document:
    """An API of the city as its own document describes it, and the keys to its parts."""

    def __init__(self, address: str, *, signed: str = "") -> None:
        self._signed = signed
        self.schema: Any = schemathesis.openapi.from_wsgi(address, get_wsgi_application())
        self.keys: dict[str, str] = {}
        """By the beginning of a path; the test fills it in."""
        self.schema.auth(refresh_interval=None)(self._auth())

    def _auth(self) -> type:
        keys = self.keys

        class Keys:
            """Cases that are to be without a key stay without."""

            def get(self, *_: object) -> dict[str, str]:
                return keys

            def set(self, case: Any, known: dict[str, str], _: object) -> None:
                case.headers["Authorization"] = _bearer(known, case)

        return Keys

    def play(self, case: Any) -> None:
        """Send one case and hold the answer against the document."""
        if case.headers.get("Authorization") == NOT_YET:
            case.headers["Authorization"] = _bearer(self.keys, case)
        answer = case.call_and_validate()
        if answer.status_code >= 400:
            _require_the_one_shape(answer.json())
        # Without this a test whose keys are wrong would look at refusals alone, and pass.
        is_known = case.headers.get("Authorization") == _bearer(self.keys, case)
        if self._signed and case.operation.path.startswith(self._signed):
            return
        assert not (is_known and answer.status_code == 401), "a good key was not taken"


def _require_the_one_shape(said: dict[str, Any]) -> None:
    assert list(said) == ["error"]
    assert set(said["error"]) == {"code", "message", "field", "remedy"}
    assert said["error"]["code"]
    assert said["error"]["message"]
    assert said["error"]["remedy"]


def _bearer(keys: dict[str, str], case: Any) -> str:
    found = (key for part, key in keys.items() if case.operation.path.startswith(part))
    return next((f"Bearer {key}" for key in found), NOT_YET)
