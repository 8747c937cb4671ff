"""How often one person may do something; counted in this process.

The counters of the `limits` package start a thread at almost every hit (docs/performance/pay.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from limits import parse

from zhima.city.phone.errors import too_many

View = Callable[..., HttpResponse]

MOST_COUNTERS = 100_000


class Windows:
    """Counts hits in windows of fixed length."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._hits: dict[tuple[str, str, int], int] = {}

    def hit(self, what: str, who: str, *, most: int, window_s: int) -> bool:
        """Count one; whether it is within `most` of its window."""
        counter = (what, who, int(time.monotonic()) // window_s)
        with self._counting:
            if len(self._hits) >= MOST_COUNTERS:
                # Forgetting lets some do more than they may, which is better than running full.
                self._hits.clear()
            hits = self._hits[counter] = self._hits.get(counter, 0) + 1
        return hits <= most


_windows = Windows()


def within(rate: str, what: str, who: object) -> bool:
    """Count that somebody does something; whether it is within a rate (`20/minute`)."""
    item = parse(rate)
    return _windows.hit(what, str(who), most=item.amount, window_s=item.get_expiry())


def limited(rate: str) -> Callable[[View], View]:
    """Let a person send a view's form at most so often (`20/minute`); looking is not counted."""

    def decorate(view: View) -> View:
        what = f"{view.__module__}.{view.__qualname__}"

        @wraps(view)
        def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST" and not within(rate, what, request.user.pk):
                return too_many(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate
