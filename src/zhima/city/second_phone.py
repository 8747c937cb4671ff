"""A second phone in the same browser, for the demo: the same city under /2/ with a log-in of its own.

A browser has one jar of cookies for a site. Under /2/ the session cookie has another name and path,
so that two residents can be logged in side by side.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PREFIX = "/2"


class SecondPhone:
    """Wraps the city; requests outside the prefix pass untouched."""

    def __init__(self, city: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._city = city
        self._first = settings.SESSION_COOKIE_NAME.encode()
        self._second = self._first + b"_2"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if not scope.get("path", "").startswith(f"{PREFIX}/"):
            await self._city(scope, receive, send)
            return

        async def send_renamed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [self._outgoing(*h) for h in message["headers"]]}
            await send(message)

        headers = [self._incoming(name, value) for name, value in scope["headers"]]
        inside = {**scope, "root_path": PREFIX, "headers": headers}
        await self._city(inside, receive, send_renamed)

    def _incoming(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() != b"cookie":
            return name, value
        cookies = [cookie.strip() for cookie in value.split(b";")]
        kept = [cookie for cookie in cookies if not cookie.startswith(self._first + b"=")]
        return name, b"; ".join(cookie.replace(self._second, self._first) for cookie in kept)

    def _outgoing(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() != b"set-cookie" or not value.startswith(self._first + b"="):
            return name, value
        renamed = value.replace(self._first, self._second, 1)
        return name, renamed.replace(b"Path=/;", f"Path={PREFIX}/;".encode()).replace(
            b"Path=/ ", b""
        )
