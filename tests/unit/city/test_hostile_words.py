"""Words that would be code if anything took them for it; and what each answer says of itself."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.city_phones import Phone, resident
from tests.partner import Partner

pytestmark = pytest.mark.usefixtures("city")
HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE people_person; --",
    "{{ 7|add:7 }}{% now %}",
    '" onmouseover="x',
    "ねこ O'Hara 🥠",
    "\u202etxt.exe",
)


class Found(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        else:
            self.text += data


def shows(page: str, said: str) -> None:
    found = Found(page)
    assert not [script for script in found.scripts if script.strip()]
    assert not found.handlers
    assert said.strip()[:25].split("  ")[0] in found.text, "as it was typed"


@pytest.mark.parametrize("said", HOSTILE)
def test_a_name_is_shown_as_it_was_typed_and_is_no_code(said: str) -> None:
    ana, bo = resident("Ana", fen=100_00), resident("Bo")
    bo.person.name = said
    bo.person.save()
    for path in (f"/people/{bo.person.pk}/", "/pay/collect/"):
        page = (ana if "people" in path else bo).client.get(path)
        assert page.status_code == 200
        shows(page.content.decode(), said)
    assert type(bo.person).objects.get(pk=bo.person.pk).name == said


@pytest.mark.parametrize("said", HOSTILE[:4])
def test_a_shops_name_is_no_code_in_the_picture_of_its_code(said: str) -> None:
    keeper = resident("Keeper")
    answer = keeper.post("pay:shops", name=said[:25], city="Chengdu", kind="shop")
    page = answer.text
    if "/shops/" in answer.url and answer.url.rstrip("/").rpartition("/")[2] != "shops":
        page += keeper.client.get(f"{answer.url}till/").content.decode()
    shows(page, said)


def test_a_line_break_forges_no_line_of_a_log(caplog: pytest.LogCaptureFixture) -> None:
    Phone(resident("Ana").person).client.get("/nowhere/%0aERROR%20forged")
    assert "\nERROR forged" not in caplog.text


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_after_the_log_in_nobody_is_sent_elsewhere(away: str) -> None:
    from tests.city_books import resident as person

    person("Mira")
    form = {"login": "mira", "password": "correct horse battery", "next": away}
    answer = Client().post("/account/login/", form)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


@pytest.mark.parametrize("path", ["/", "/me/", "/history/", "/who-looked/", "/my-data/"])
def test_nobody_keeps_a_page_that_is_somebodys_own(path: str) -> None:
    answer = resident("Ana").client.get(path)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_an_api_answer_says_what_it_is_and_whose_it_is() -> None:
    answer = Partner().call("GET", "/orders")
    assert answer["Content-Type"].startswith("application/json")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer
    assert not {"Server", "X-Powered-By"} & set(answer.headers)
