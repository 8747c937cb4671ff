"""Who may use which route: every route of the city has its row, and every row is played."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from tests.who_may.matrix import Row, row_of, rows, unused
from tests.who_may.people import People, settle
from tests.who_may.routes import every_route, path_to
from tests.who_may.telling import NUMBER, entries, plant, tells
from tests.who_may.typed import requires_answers
from zhima.city import limits

ROWS = rows()
ROUTES = every_route()
OPEN = "yes"
WORDS = {
    **dict.fromkeys((200, 201, 202, 204, 301, 302), OPEN),
    # What a form or a state refuses is an answer to somebody who may ask.
    **dict.fromkeys((400, 409, 422), OPEN),
    401: "key",
    403: "forbidden",
    404: "no",
    405: "method",
}
LOG_INS = ("/account/login/", "/office/login/")


class Scene(NamedTuple):
    """Everybody, and where the paths of one row lead."""

    people: People
    row: Row
    path: str

    def ask(self, reader: str, method: str) -> str:
        """What a reader is told; the owner's score is told to nobody else without an entry."""
        before = entries()
        answer = self._send(self.people.client(reader), method)
        if reader != "owner" and tells(answer):
            assert entries() > before, f"{method} tells {reader} the owner's score"
        return verdict(answer)

    def _send(self, client: Client, method: str) -> HttpResponseBase:
        if method != "POST":
            return client.generic(method, self.path)
        # Software that shows a key speaks JSON.
        kind = {} if self.row.csrf else {"content_type": "application/json"}
        return client.post(self.path, dict(self.row.form), **kind)


def verdict(answer: HttpResponseBase) -> str:
    if answer.status_code == 302 and answer["Location"].startswith(LOG_INS):
        return "log-in"
    return WORDS.get(answer.status_code, str(answer.status_code))


def play(route: str) -> Scene:
    row = row_of(route, ROWS)
    assert row is not None, f"no table in tests/cases/who_may/ says who may use {route!r}"
    people = settle()
    arguments: dict[str, object] = {}
    if row.scene is not None:
        arguments = importlib.import_module(f"tests.who_may.scenes.{row.scene}").scene(people)
    plant(people.owner.person)
    return Scene(people, row, path_to(route, {**arguments, **row.arguments}))


def test_every_route_has_its_row() -> None:
    missing = [route for route in ROUTES if row_of(route, ROWS) is None]
    assert not missing, "say in tests/cases/who_may/ who may use these"


def test_no_row_outlives_its_route() -> None:
    assert not unused(ROWS)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("route", ROUTES)
def test_who_may(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = play(route)
    refuses_what_no_row_allows(scene)
    refuses_what_another_site_sends(scene)
    for method, expected in scene.row.verdicts.items():
        # Whoever may do least comes first: what others do cannot open a door for them.
        found = {reader: scene.ask(reader, method) for reader in reversed(expected)}
        told = " ".join(found[reader] for reader in expected)
        assert f"{method}: {told}" == f"{method}: {' '.join(expected.values())}"
    monkeypatch.setattr(limits, "within", lambda *_: True)
    breaks_at_nothing_that_is_typed(scene)


def breaks_at_nothing_that_is_typed(scene: Scene) -> None:
    sent = scene.row.verdicts.get("POST", {}) if scene.row.csrf else {}
    reader = next((reader for reader, word in sent.items() if word == OPEN), None)
    if reader is not None:
        requires_answers(scene.people.client(reader), scene.path, scene.row.form)


def refuses_what_no_row_allows(scene: Scene) -> None:
    readers = next(iter(scene.row.verdicts.values()))
    for method in scene.row.methods:
        if method not in scene.row.verdicts:
            opened = [reader for reader in readers if scene.ask(reader, method) == OPEN]
            assert not opened, f"{method} is open and not in the table"


def refuses_what_another_site_sends(scene: Scene) -> None:
    sent = scene.row.verdicts.get("POST", {}) if scene.row.csrf else {}
    strict = Client(enforce_csrf_checks=True)
    for reader in (reader for reader, word in sent.items() if word == OPEN):
        strict.cookies = scene.people.client(reader).cookies
        answer = strict.post(scene.path, dict(scene.row.form))
        assert (reader, answer.status_code) == (reader, 403)


@pytest.mark.usefixtures("city")
def test_an_answer_that_told_the_number_would_be_seen() -> None:
    people = settle()
    plant(people.owner.person)
    assert tells(HttpResponse(f"<dd>{NUMBER}</dd>"))
    assert not tells(HttpResponse(f"12{NUMBER} and {NUMBER}.50"))
    assert tells(people.client("owner").get("/me/")) or tells(people.client("owner").get("/score/"))


def test_no_route_is_missed() -> None:
    """Pages, both APIs, the office, OAuth, the log's files, static files and the second phone."""
    kinds = ("api/v1/", "api/partner/v1/", "office/", "oauth/", "log/", "account/", "demo/")
    assert all(any(route.startswith(kind) for route in ROUTES) for kind in kinds)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("path", ["../secret.key", "..%2fsecret.key", "/etc/passwd", "no-such.js"])
def test_files_that_no_route_serves_are_those_of_the_web_app_alone(path: str) -> None:
    answer = Client().get(f"/static/{path}")
    assert answer.status_code == 404 or verdict(answer) == "log-in"
