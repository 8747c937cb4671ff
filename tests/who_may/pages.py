"""Every page that the routes lead to, with somebody who may open it: the tables know both.

A route whose table lets somebody GET it is a page, or is named in `tests/cases/not_looked_at.yaml`
with the reason why nobody has to look at it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from ruamel.yaml import YAML

from tests.who_may.matrix import Row, row_of, rows
from tests.who_may.people import People, settle
from tests.who_may.routes import every_route, path_to
from zhima.city.market.models import Slot

NOT_LOOKED_AT = Path(__file__).parents[1] / "cases" / "not_looked_at.yaml"
OPEN = "yes"
DESK = ("office/", "office/console/draft/", "office/console/override/")
"""Pages of ours for people who sit at a desk."""


@dataclass(frozen=True)
class Page:
    """A page as one reader sees it."""

    route: str
    path: str
    reader: str
    session: str
    """The value of the reader's cookie; empty for nobody in particular."""
    template: str
    """From which it is made: pages of one template look alike."""


@dataclass
class Found:
    """What the routes of one scene lead to."""

    pages: list[Page] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    """Routes that somebody may GET and that showed nobody a page."""


def scenes() -> list[str]:
    """The scenes that the tables' rows are played in; the empty one is the empty city."""
    return sorted({row.scene or "" for row in rows() if row.csrf})


@cache
def excuses() -> dict[str, str]:
    """Routes that are not looked at, a `*` for anything, and why."""
    return dict(YAML(typ="safe").load(NOT_LOOKED_AT))


def excuse_of(route: str) -> str | None:
    """The line of the table that excuses a route."""
    said = (each for each in excuses() if route not in DESK and fnmatchcase(route, each))
    return next(said, None)


def look_for_pages(scene: str) -> Found:
    """Set the scene, and open every route of its tables as those who may."""
    people, found = settle(), Found()
    name = f"tests.who_may.scenes.{scene}"
    arguments = importlib.import_module(name).scene(people) if scene else {}
    for route, row in _readable(scene):
        path = path_to(route, {**arguments, **row.arguments}) + _query(route)
        page = next(_shown(people, row, route, path), None)
        if page is None:
            found.nothing.append(route)
        else:
            found.pages.append(page)
    return found


def _query(route: str) -> str:
    """What the address of a page must say beside its path."""
    app = re.match("apps/([a-z]+)/book/", route)
    if app is None:
        return ""
    slot = Slot.objects.filter(offer__app_id=app[1]).first()
    return f"?slot={slot.pk if slot else 0}&start=station&goal=market"


def _readable(scene: str) -> Iterator[tuple[str, Row]]:
    known = rows()
    for route in every_route():
        row = row_of(route, known)
        # What has no form to be forged speaks to software.
        if row is not None and row.csrf and (row.scene or "") == scene and "GET" in row.verdicts:
            yield route, row


def _shown(people: People, row: Row, route: str, path: str) -> Iterator[Page]:
    for reader, word in row.verdicts["GET"].items():
        client = people.client(reader)
        answer = client.get(path) if word == OPEN else None
        if answer is not None and _is_page(answer):
            made_of = answer.templates[0].name if answer.templates else route
            yield Page(route, path, reader, _session(client), str(made_of))


def _is_page(answer: HttpResponse) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and is_html and b"<html" in answer.content


def _session(client: Client) -> str:
    crumb = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return crumb.value if crumb else ""
