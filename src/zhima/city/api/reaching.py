"""Calling what partners name: outside, and nowhere in our own network.

A name is looked up once, and the address that was looked at is the one that is called: whoever
answers for the name cannot give a public address to the check and a private one to the call.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings


class NotOutside(OSError):
    """The name leads into our own network, or nowhere."""


def may_be_reached(url: str) -> bool:
    """Whether a partner may have us call this URL: no way into our own network.

    The demo lets partners listen on the same machine.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or 443
        if settings.DEMO:
            return True
        if parts.scheme != "https" or not parts.hostname:
            return False
        return bool(_addresses(parts.hostname, port))
    except (OSError, ValueError):
        return False


def _addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    """Where a name leads, all of it outside; NotOutside when any of it is not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise NotOutside(f"{host!r} is no name") from error
    if not settings.DEMO and not all(_is_outside(entry[4][0]) for entry in found):
        raise NotOutside(f"{host} leads into our own network")
    return found


def _is_outside(text: str | int) -> bool:
    address = ipaddress.ip_address(str(text).partition("%")[0])
    inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inside is None or inside.is_global)


def _connected(
    address: tuple[str, int], timeout: Any = None, source_address: Any = None
) -> socket.socket:
    """As `socket.create_connection`, to an address that was looked at."""
    failure: OSError = NotOutside(f"{address[0]} leads nowhere")
    for family, kind, protocol, _, place in _addresses(*address):
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(timeout)
            line.connect(place)
        except OSError as error:
            line.close()
            failure = error
        else:
            _watched(line)
            return line
    raise failure


_calls = threading.local()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Cut off what is open to partners after so long: a timeout alone waits for each byte anew.

    Raises TimeoutError then, whatever was understood of the answer until that moment.
    """
    lines = _calls.lines = list[socket.socket]()
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    failure: Exception | None = None
    try:
        yield
    except (OSError, HTTPException) as error:
        failure = error
    finally:
        timer.cancel()
        _calls.lines = []
        for line in lines:
            line.close()
    if is_over.is_set():
        raise TimeoutError(f"no whole answer within {seconds} s") from failure
    if failure is not None:
        raise failure


def _watched(line: socket.socket) -> None:
    # The connection may put TLS into the socket's place: a second handle on it stays ours.
    getattr(_calls, "lines", []).append(line.dup())


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = _connected


class _Secure(HTTPSConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = _connected


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Over our connection."""
        return self.do_open(_Plain, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Over our connection."""
        return self.do_open(_Secure, req)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An endpoint that moves must be told to us: following could lead into our network."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Never."""


# A proxy would look the name up once more.
_NO_PROXY = urllib.request.ProxyHandler({})
OUTSIDE = urllib.request.build_opener(_NO_PROXY, _NoRedirects, _PlainHandler, _SecureHandler)
"""Opens URLs of partners."""
