"""The door of the city: pages run in threads, the live stream in the event loop.

`granian --interface asgi zhima.city.asgi:application`, or `zhima city serve`.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core import signals  # noqa: E402
from django.core.exceptions import RequestAborted  # noqa: E402
from django.core.handlers.asgi import ASGIHandler, get_script_prefix  # noqa: E402
from django.core.handlers.base import BaseHandler  # noqa: E402
from django.http import HttpResponseBase  # noqa: E402
from django.urls import set_script_prefix  # noqa: E402

from zhima.city import chores  # noqa: E402
from zhima.city.scoring import running  # noqa: E402
from zhima.city.second_phone import SecondPhone  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LIVE = "/live/"
PAGE_THREADS = int(os.environ.get("ZHIMA_THREADS", "32"))


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Pages(ASGIHandler):
    """Django's synchronous side: each request in a thread that keeps its database connection.

    Django's own handler would give every request a new thread and a new connection.
    """

    def __init__(self, threads: int) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a client that leaves early does not stop what it asked for."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, self._answer, scope, body)
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, scope: Scope, body: io.IOBase) -> Answer:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else self.get_response(request)
            try:
                return _whole(response)
            finally:
                response.close()


def _whole(response: HttpResponseBase) -> Answer:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", cookie.output(header="").strip().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    return Answer(response.status_code, headers, content)


class City:
    """Sends each request to the side that serves it."""

    def __init__(self) -> None:
        self._pages = Pages(PAGE_THREADS)
        self._streams = ASGIHandler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        side = self._streams if path.startswith(LIVE) else self._pages
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


chores.start()
if settings.SCORES_INSIDE:
    running.start()
application = Lifespan(SecondPhone(City()) if settings.DEMO else City())
