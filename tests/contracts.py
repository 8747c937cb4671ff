"""What schemathesis needs to play an API of ours: a key that it shows, and how hard it plays."""

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


class Key:
    """`Authorization: Bearer` with the key that the test sets; cases without one stay without."""

    value = ""

    def get(self, *_: object) -> str:
        return type(self).value

    def set(self, case: Any, key: str, _: object) -> None:
        case.headers["Authorization"] = f"Bearer {key}"


def document_at(address: str) -> Any:
    """An API of this city, as its own document describes it."""
    return schemathesis.openapi.from_wsgi(address, get_wsgi_application())
