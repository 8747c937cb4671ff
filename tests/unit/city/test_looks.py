"""Looks: what a page fetches by itself is on its way while its reader logs in and out."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from zhima.city.demo.residents import settle_residents
from zhima.city.people.models import Person
from zhima.city.wallet import books

pytestmark = pytest.mark.usefixtures("city")

COOKIE = settings.SESSION_COOKIE_NAME
LOOK = {"HX-Request": "true"}


@pytest.fixture
def ana() -> Person:
    residents = settle_residents()
    for each in residents.values():
        books.open_purse(each)
    return residents["ana"]


@pytest.fixture
def two_phones(ana: Person) -> Client:
    client = Client()
    client.get("/demo/two/")
    assert client.cookies[COOKIE].value
    return client


def _as(session: str) -> Client:
    """A browser's request that left while this was its session."""
    client = Client()
    client.cookies[COOKIE] = session
    return client


def test_a_look_that_left_before_a_log_in_does_not_undo_it(two_phones: Client) -> None:
    before = two_phones.cookies[COOKIE].value
    two_phones.post("/demo/enter/ana/")
    late = _as(before).get("/demo/tour/", headers=LOOK)
    assert (late.status_code, late.content) == (204, b"")
    assert COOKIE not in late.cookies
    now = two_phones.get("/demo/tour/", headers=LOOK)
    assert b'data-person="ana"' in now.content
    assert COOKIE not in now.cookies


def test_what_is_open_when_somebody_logs_out_stays_as_it_was(ana: Person) -> None:
    client = Client()
    client.force_login(ana)
    session = client.cookies[COOKIE].value
    assert client.get("/", headers=LOOK).status_code == 200
    client.logout()
    for late in (_as(session).get("/", headers=LOOK), Client().get("/", headers=LOOK)):
        assert late.status_code == 204
        assert COOKIE not in late.cookies
    assert Client().get("/").status_code == 302, "a page that is opened does ask for the log-in"


def test_an_error_does_not_take_the_place_of_a_part(ana: Person) -> None:
    client = Client()
    client.force_login(ana)
    gone = client.get("/chat/packets/00000000-0000-0000-0000-000000000000/", headers=LOOK)
    assert (gone.status_code, gone["HX-Reswap"]) == (404, "none")


def test_a_form_that_cannot_be_taken_gets_a_page_of_its_own(ana: Person) -> None:
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(ana)
    refused = stale.post("/demo/tour/again/", headers=LOOK)
    assert (refused.status_code, refused["HX-Retarget"]) == (403, "body")
    assert f'class="{refused["HX-Reselect"].removeprefix(".")} ' in refused.content.decode()
