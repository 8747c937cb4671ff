"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from zhima.city import clock


def surroundings(request: HttpRequest) -> dict[str, object]:
    """Whether this is the demo, and how far its time is ahead of the browser's."""
    return {
        "demo": settings.DEMO,
        "second": bool(request.META.get("SCRIPT_NAME")),
        "ahead_s": clock.lead_us() // 1_000_000,
    }
