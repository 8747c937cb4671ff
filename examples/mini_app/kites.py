"""Kites: a mini-app that is no part of the city. It speaks HTTP with it and imports nothing of it.

CITY=http://127.0.0.1:8350 SECRET=za_... python kites.py
"""

from __future__ import annotations

import html
import json
import os
import secrets
import urllib.error
import urllib.request
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

CITY = os.environ.get("CITY", "http://127.0.0.1:8350")
SECRET = os.environ.get("SECRET", "")
PORT = int(os.environ.get("PORT", "8700"))
OFFER = "dragon"
KITE = {
    "title": {"en": "A dragon kite", "zh": "龙形风筝"},
    "price_fen": 800,
    "pattern": {"times": ["10:00", "14:00", "16:00"], "minutes": 120, "places": 1},
}

tokens: dict[str, str] = {}
"""By the cookie of a visitor: her token with the city. A real app keeps it in its database."""


class CityRefused(Exception):
    """The city said no; its message and what to do about it."""


def ask(method: str, path: str, key: str, body: object = None) -> Any:
    """One request to the city."""
    request = urllib.request.Request(
        f"{CITY}/api/apps/v1{path}",
        None if body is None else json.dumps(body).encode(),
        {"authorization": f"Bearer {key}", "content-type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as answer:
        error = json.loads(answer.read())["error"]
        raise CityRefused(f"{error['message']} {error['remedy']}") from None


def arrive(visitor: str, asked: dict[str, str]) -> str:
    """The city's sheet sends people here with a one-time code."""
    tokens[visitor] = ask("POST", "/app/sessions", SECRET, {"code": asked.get("code", "")})["token"]
    return times(visitor, asked)


def times(visitor: str, asked: dict[str, str]) -> str:
    """When the kite is free."""
    day = asked.get("day", "")
    path = f"/person/offers/{OFFER}/slots" + (f"?day={day}" if day else "")
    free = [slot for slot in ask("GET", path, tokens[visitor])["slots"] if slot["free"]]
    rows = [
        f'<li>{html.escape(slot["starts_at"])} <form method="post" action="/book">'
        f'<input type="hidden" name="slot" value="{slot["slot_id"]}">'
        f'<input type="hidden" name="key" value="{secrets.token_hex(8)}">'
        "<button>Book for 8.00</button></form></li>"
        for slot in free
    ]
    return f"<h1>A dragon kite</h1><ul>{''.join(rows)}</ul>"


def book(visitor: str, asked: dict[str, str]) -> str:
    """Book and pay in one act; the same form sent twice is one booking."""
    wish = {"offer": OFFER, "slot_id": int(asked["slot"]), "key": asked["key"]}
    made = ask("POST", "/person/bookings", tokens[visitor], wish)
    return (
        f'<h1>{made["state"]}</h1><p data-booking="{made["booking_id"]}">{made["starts_at"]}</p>'
        f'<form method="post" action="/cancel"><input type="hidden" name="booking" '
        f'value="{made["booking_id"]}"><button>Cancel</button></form>'
    )


def cancel(visitor: str, asked: dict[str, str]) -> str:
    """Call it off."""
    path = f"/person/bookings/{asked['booking']}/cancel"
    return f"<h1>{ask('POST', path, tokens[visitor])['state']}</h1>"


PAGES = {
    ("GET", "/arrive"): arrive,
    ("GET", "/"): times,
    ("POST", "/book"): book,
    ("POST", "/cancel"): cancel,
}


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The web server's side of it."""
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("kites")
    visitor = cookie.value if cookie else secrets.token_hex(16)
    page = PAGES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
    sent = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), 10_000))
    asked = {k: v[0] for k, v in parse_qs(sent.decode() or environ["QUERY_STRING"]).items()}
    status, text = "404 Not Found", "<h1>Nothing here</h1>"
    if page is not None:
        try:
            status, text = "200 OK", page(visitor, asked)
        except CityRefused as refused:
            status, text = "409 Conflict", f"<p>{html.escape(str(refused))}</p>"
        except (KeyError, ValueError):
            status, text = "400 Bad Request", "<p>Open Kites from your wallet.</p>"
    crumb = f"kites={visitor}; HttpOnly; SameSite=Lax; Path=/"
    start_response(status, [("content-type", "text/html; charset=utf-8"), ("set-cookie", crumb)])
    return [f"<!doctype html><meta charset=utf-8><title>Kites</title>{text}".encode()]


if __name__ == "__main__":
    ask("PUT", f"/app/offers/{OFFER}", SECRET, KITE)
    with make_server("127.0.0.1", PORT, application) as server:
        print(f"Kites fly at http://localhost:{server.server_port}/", flush=True)
        server.serve_forever()
