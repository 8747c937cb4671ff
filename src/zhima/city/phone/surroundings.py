"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def surroundings(request: HttpRequest) -> dict[str, object]:
    """Whether this is the demo; the configuration that htmx needs under our policy."""
    return {"demo": settings.DEMO, "second": bool(request.META.get("SCRIPT_NAME"))}
