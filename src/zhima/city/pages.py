"""Pages of the city: Django's synchronous side, each request in a thread of a fixed pool."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from zhima.city.promised import PromisedPages

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAYING = ("/pay/confirm/",)
"""Pages whose payment is promised first and kept before they leave (docs/decisions/0063)."""
MOST_PROMISED_BYTES = 16_384
"""Their forms are short, and kept in case they have to be read again."""


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Pages(ASGIHandler):
    """Each request in a thread that keeps its database connection.

    Django's own handler would give every request a new thread and a new connection.
    """

    def __init__(self, threads: int) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._promised = PromisedPages(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a client that leaves early does not stop what it asked for."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            answer = await self._made(scope, body)
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _made(self, scope: Scope, body: IO[bytes]) -> Answer:
        if scope["method"] == "POST" and inside(scope) in PAYING:
            sent = body.read(MOST_PROMISED_BYTES + 1)
            body.seek(0)
            if len(sent) <= MOST_PROMISED_BYTES:
                answer = await self._promised.page(scope, io.BytesIO(sent))
                if answer is not None:
                    return answer
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._answer, scope, body)

    def _answer(self, scope: Scope, body: IO[bytes]) -> Answer:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = refusal if request is None else self.get_response(request)
        try:
            return _whole(response)
        finally:
            response.close()


def inside(scope: Scope) -> str:
    """The path without the prefix that the city answers under."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _whole(response: HttpResponseBase) -> Answer:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", cookie.output(header="").strip().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    return Answer(response.status_code, headers, content)
