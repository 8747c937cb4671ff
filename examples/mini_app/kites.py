"""Kites: a mini-app that is no part of the city. It speaks HTTP with it and imports nothing of it.

CITY=http://127.0.0.1:8350 SECRET=... python kites.py
"""

from __future__ import annotations

import html
import os
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

CITY = os.environ.get("CITY", "http://127.0.0.1:8350")
SECRET = os.environ.get("SECRET", "")
PORT = int(os.environ.get("PORT", "8700"))
APP = "kites"
ASKS = "agreements act:book act:pay"
"""All that the manifest lets it ask; each person ticks what she likes of it."""
OFFER = "dragon"
KITE = {
    "title": {"en": "A dragon kite", "zh": "龙形风筝"},
    "price_fen": 800,
    "pattern": {"times": ["10:00", "14:00", "16:00"], "minutes": 120, "places": 1},
}
COOKIE = "kites"
HEAD = '<meta name="viewport" content="width=device-width"><title>Kites</title>'

visitors: dict[str, dict[str, Any]] = {}
"""By the cookie of a visitor: her token with the city. A real app keeps it in its database."""


class CityRefused(Exception):
    """The city said no; its message and what to do about it."""


class GoTo(Exception):
    """The visitor's browser is sent somewhere else."""


def at_city(visitor: dict[str, Any], back: str = "") -> OAuth2Session:
    """The city for one visitor: with her token, made anew when it is over, or on the way to one.

    KeyError for somebody who was never here.
    """
    return OAuth2Session(
        APP,
        SECRET,
        redirect_uri=back or None,
        code_challenge_method="S256",
        token_endpoint=f"{CITY}/oauth/token/",
        token=None if back else visitor["token"],
        update_token=lambda token, **_: visitor.update(token=token),
    )


def as_itself() -> OAuth2Session:
    """The city for the app itself, when no visitor is there."""
    city = OAuth2Session(APP, SECRET, token_endpoint=f"{CITY}/oauth/token/")
    city.fetch_token(grant_type="client_credentials")
    return city


def ask(session: OAuth2Session, method: str, path: str, body: object = None) -> Any:
    """One request to the city's API."""
    answer = session.request(method, f"{CITY}/api/apps/v1{path}", json=body, timeout=10)
    if answer.ok:
        return answer.json() if answer.content else None
    error = answer.json()["error"]
    if answer.status_code == 401:
        raise GoTo("/")
    raise CityRefused(f"{error['message']} {error['remedy']}")


def begin(visitor: dict[str, Any], back: str) -> None:
    """Send the visitor to the city's sheet."""
    verifier = secrets.token_urlsafe(48)
    address, state = at_city(visitor, back).create_authorization_url(
        f"{CITY}/oauth/authorize/", code_verifier=verifier, scope=ASKS
    )
    visitor.clear()
    visitor.update(state=state, verifier=verifier)
    raise GoTo(address)


def come_back(visitor: dict[str, Any], asked: dict[str, str], back: str) -> str:
    """The sheet sends people here: with a code, or with the word that they allowed nothing."""
    if not visitor.get("state") or asked.get("state") != visitor.pop("state"):
        raise CityRefused("This is not the visit that was begun here. Open Kites again.")
    if "error" in asked:
        return "<h1>Not without you</h1><p>You allowed nothing.</p>"
    visitor["token"] = at_city(visitor, back).fetch_token(
        code=asked.get("code", ""), code_verifier=visitor.pop("verifier")
    )
    raise GoTo("/")


def times(visitor: dict[str, Any], asked: dict[str, str], back: str) -> str:
    """When the kite is free."""
    if "token" not in visitor:
        begin(visitor, back)
    day = date.fromisoformat(asked.get("day", "")) if asked.get("day") else date.today()
    path = f"/person/offers/{OFFER}/slots?day={day}"
    try:
        free = [slot for slot in ask(at_city(visitor), "GET", path)["slots"] if slot["free"]]
    except (OAuthError, GoTo):
        # What she allowed is over: she may say so again.
        begin(visitor, back)
    rows = [
        f'<li>{when(slot["starts_at"])} <form method="post" action="/book">'
        f'<input type="hidden" name="slot" value="{slot["slot_id"]}">'
        f'<input type="hidden" name="key" value="{secrets.token_hex(8)}">'
        "<button>Book for 8.00</button></form></li>"
        for slot in free
    ]
    leave = '<form method="post" action="/leave"><button>Leave</button></form>'
    listed = f"<ul>{''.join(rows)}</ul>" if rows else f"<p>No kite is free on {day}.</p>"
    onward = f'<p><a href="/?day={day + timedelta(days=1)}">The day after</a></p>'
    return f"<h1>A dragon kite</h1>{listed}{onward}{leave}"


def when(starts_at: str) -> str:
    """A time of the city, which sends them in UTC, as the clock of this machine has it."""
    return f"{datetime.fromisoformat(starts_at).astimezone():%a %d %b, %H:%M}"


def book(visitor: dict[str, Any], asked: dict[str, str], back: str) -> str:
    """Book and pay in one act; the same form sent twice is one booking."""
    wish = {"offer": OFFER, "slot_id": int(asked["slot"]), "key": asked["key"]}
    made = ask(at_city(visitor), "POST", "/person/bookings", wish)
    at = when(made["starts_at"])
    return (
        f'<h1>{made["state"]}</h1><p data-booking="{made["booking_id"]}">{at}</p>'
        f'<form method="post" action="/cancel"><input type="hidden" name="booking" '
        f'value="{made["booking_id"]}"><button>Cancel</button></form>'
    )


def cancel(visitor: dict[str, Any], asked: dict[str, str], back: str) -> str:
    """Call it off."""
    path = f"/person/bookings/{asked['booking']}/cancel"
    return f"<h1>{ask(at_city(visitor), 'POST', path)['state']}</h1>"


def leave(visitor: dict[str, Any], asked: dict[str, str], back: str) -> str:
    """Give the tokens back; what was allowed stays allowed until the person says otherwise."""
    at_city(visitor).revoke_token(
        f"{CITY}/oauth/revoke_token/", visitor["token"]["refresh_token"], "refresh_token"
    )
    visitor.clear()
    return "<h1>Good bye</h1>"


Page = Callable[[dict[str, Any], dict[str, str], str], str]
PAGES: dict[tuple[str, str], Page] = {
    ("GET", "/"): times,
    ("GET", "/back"): come_back,
    ("POST", "/book"): book,
    ("POST", "/cancel"): cancel,
    ("POST", "/leave"): leave,
}


def answered(
    page: Page, visitor: dict[str, Any], asked: dict[str, str], back: str
) -> tuple[str, str]:
    """Status and text of a page, or why there is none."""
    try:
        return "200 OK", page(visitor, asked, back)
    except (CityRefused, OAuthError) as refused:
        return "409 Conflict", f"<p>{html.escape(str(refused))}</p>"
    except (KeyError, ValueError):
        return "400 Bad Request", "<p>Open Kites from your wallet.</p>"


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The web server's side of it."""
    crumb = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    name = crumb.value if crumb and crumb.value in visitors else secrets.token_urlsafe(24)
    page = PAGES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
    sent = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), 10_000))
    asked = {k: v[0] for k, v in parse_qs(sent.decode() or environ["QUERY_STRING"]).items()}
    back = f"http://127.0.0.1:{environ['SERVER_PORT']}/back"
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("set-cookie", f"{COOKIE}={name}; HttpOnly; SameSite=Lax; Path=/"),
    ]
    status, text = "404 Not Found", "<h1>Nothing here</h1>"
    try:
        if page is not None:
            status, text = answered(page, visitors.setdefault(name, {}), asked, back)
    except GoTo as elsewhere:
        status, text = "303 See Other", ""
        headers.append(("location", str(elsewhere)))
    start_response(status, headers)
    return [f"<!doctype html><meta charset=utf-8>{HEAD}{text}".encode()]


def stock_up() -> None:
    """Put the kite on the shelf; whoever starts it without a good secret learns what to do."""
    try:
        ask(as_itself(), "PUT", f"/app/offers/{OFFER}", KITE)
    except (CityRefused, OAuthError, OSError) as refused:
        raise SystemExit(
            f"{CITY} refused: {refused}. Is the app published, and SECRET the newest of its page?"
        ) from None


if __name__ == "__main__":
    stock_up()
    with make_server("127.0.0.1", PORT, application) as server:
        print(f"Kites fly at http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
