"""Two log-ins in one browser: under /2/ the session cookie has its own name and path."""

from __future__ import annotations

import asyncio

from django.test import override_settings

from zhima.city.second_phone import SecondPhone


def through(path: str, cookie: str, set_cookie: str) -> tuple[dict, list[bytes]]:
    """What the city sees of a request, and the cookies that the browser gets."""
    seen: dict = {}
    sent: list[dict] = []

    async def city(scope, receive, send):
        seen.update(scope)
        headers = [(b"Set-Cookie", set_cookie.encode()), (b"Content-Type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"cookie", cookie.encode())]}
    with override_settings(SESSION_COOKIE_NAME="s"):
        asyncio.run(SecondPhone(city)(scope, None, send))
    cookies = [value for name, value in sent[0]["headers"] if name == b"Set-Cookie"]
    return seen, cookies


def test_the_second_phone_sees_its_own_session_as_the_session() -> None:
    seen, cookies = through("/2/people/", "s=first; s_2=second; l=zh", "s=new; HttpOnly; Path=/; X")
    assert seen["root_path"] == "/2"
    assert dict(seen["headers"])[b"cookie"] == b"s=second; l=zh"
    assert cookies == [b"s_2=new; HttpOnly; Path=/2/; X"]


def test_the_first_phone_is_untouched() -> None:
    seen, cookies = through("/people/", "s=first; s_2=second", "s=new; Path=/; X")
    assert "root_path" not in seen
    assert dict(seen["headers"])[b"cookie"] == b"s=first; s_2=second"
    assert cookies == [b"s=new; Path=/; X"]


def test_other_cookies_of_the_second_phone_keep_name_and_path() -> None:
    _, cookies = through("/2/", "", "l=zh; Path=/; X")
    assert cookies == [b"l=zh; Path=/; X"]
