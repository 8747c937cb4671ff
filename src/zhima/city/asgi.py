"""The door of the city: pages run in threads, the live stream in the event loop.

`granian --interface asgi zhima.city.asgi:application`, or `zhima city serve`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

from zhima.city import chores  # noqa: E402
from zhima.city.pages import Pages, Receive, Scope, Send, inside  # noqa: E402
from zhima.city.scoring import running  # noqa: E402
from zhima.city.second_phone import SecondPhone  # noqa: E402

LIVE = "/live/"
PAGE_THREADS = int(os.environ.get("ZHIMA_THREADS", "32"))


class City:
    """Sends each request to the side that serves it."""

    def __init__(self) -> None:
        self._pages = Pages(PAGE_THREADS)
        self._streams = ASGIHandler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        side = self._streams if inside(scope).startswith(LIVE) else self._pages
        await side(scope, receive, send)


class Lifespan:
    """Answers the server's questions about starting and stopping; there is nothing to prepare."""

    def __init__(self, city: Callable[..., Awaitable[None]]) -> None:
        self._city = city

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        if scope["type"] != "lifespan":
            await self._city(scope, receive, send)
            return
        message: MutableMapping[str, Any] = {"type": ""}
        while message["type"] != "lifespan.shutdown":
            message = await receive()
            await send({"type": f"{message['type']}.complete"})


# What was loaded lives as long as the process: full collections need not walk it again.
gc.collect()
gc.freeze()
chores.start()
if settings.SCORES_INSIDE:
    running.start()
application = Lifespan(SecondPhone(City()) if settings.DEMO else City())
