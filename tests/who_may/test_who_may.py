"""Who may use which route: every route of the city has its row, and every row is played."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests.who_may.matrix import Row, row_of, rows, unused
from tests.who_may.people import People, settle
from tests.who_may.routes import every_route, path_to

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
        """What a reader is told."""
        client, form = self.people.client(reader), dict(self.row.form)
        if method != "POST":
            return verdict(client.generic(method, self.path))
        # Software that shows a key speaks JSON.
        kind = {} if self.row.csrf else {"content_type": "application/json"}
        return verdict(client.post(self.path, form, **kind))


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
    return Scene(people, row, path_to(route, {**arguments, **row.arguments}))


def test_every_route_has_its_row() -> None:
    missing = [route for route in ROUTES if row_of(route, ROWS) is None]
    assert not missing, "say in tests/cases/who_may/ who may use these"


def test_no_row_outlives_its_route() -> None:
    assert not unused(ROWS)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("route", ROUTES)
def test_who_may(route: str) -> None:
    scene = play(route)
    refuses_what_no_row_allows(scene)
    refuses_what_another_site_sends(scene)
    for method, expected in scene.row.verdicts.items():
        # Whoever may do least comes first: what others do cannot open a door for them.
        found = {reader: scene.ask(reader, method) for reader in reversed(expected)}
        told = " ".join(found[reader] for reader in expected)
        assert f"{method}: {told}" == f"{method}: {' '.join(expected.values())}"


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
