"""How often one person may do something; counted in this process."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from zhima.city.phone.errors import too_many

View = Callable[..., HttpResponse]

_counter = FixedWindowRateLimiter(MemoryStorage())


def limited(rate: str) -> Callable[[View], View]:
    """Let a person send a view's form at most so often (`20/minute`); looking is not counted."""
    item = parse(rate)

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            who = str(request.user.pk or request.META.get("REMOTE_ADDR", ""))
            if request.method == "POST" and not _counter.hit(item, view.__qualname__, who):
                return too_many(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate
